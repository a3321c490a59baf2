// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Call} from "../types/Action.sol";
import {AssetRule} from "../types/Policy.sol";
import {RollingSum} from "./RollingSum.sol";
import {Spending} from "./Spending.sol";

/// @title What a vault may spend: caps per execution and per rolling window
/// @notice The window is exact; see {RollingSum}.
library AssetRules {
    using RollingSum for RollingSum.Log;

    /// @dev Most assets a policy may list; the vault reads the balance of each one twice per execution.
    uint256 internal constant MAX_ASSETS = 32;
    /// @dev Largest cap.
    uint256 internal constant MAX_CAP = type(uint128).max;
    /// @dev Bits of a {RollingSum}.
    uint256 private constant SUM_BITS = 80;

    /// @notice An asset rule in two storage words.
    struct Rule {
        address asset;
        uint64 windowSeconds;
        uint128 maxPerTransaction;
        uint128 maxPerWindow;
    }

    /// @notice The rules in their order, and what was charged.
    struct Book {
        Rule[] list;
        mapping(address asset => RollingSum.Log) charged;
    }

    /// @notice Adds the rules.
    function write(Book storage self, AssetRule[] memory rules) internal {
        if (rules.length > MAX_ASSETS) revert IAgentVault.VaultAssetsTooMany(rules.length);
        for (uint256 i = 0; i < rules.length; ++i) {
            AssetRule memory rule = rules[i];
            if (_isListed(self, rule.asset)) revert IAgentVault.VaultAssetRepeated(rule.asset);
            uint256 cap = Math.max(rule.maxPerTransaction, rule.maxPerWindow);
            if (cap > MAX_CAP) revert IAgentVault.VaultCapTooLarge(rule.asset, cap);
            if (rule.windowSeconds == 0) revert IAgentVault.VaultWindowEmpty(rule.asset);
            self.list.push(
                Rule(rule.asset, rule.windowSeconds, uint128(rule.maxPerTransaction), uint128(rule.maxPerWindow))
            );
            self.charged[rule.asset].prepare();
        }
    }

    /// @notice The rules as they were given.
    function read(Book storage self) internal view returns (AssetRule[] memory rules) {
        rules = new AssetRule[](self.list.length);
        for (uint256 i = 0; i < rules.length; ++i) {
            Rule memory rule = self.list[i];
            rules[i] = AssetRule(rule.asset, rule.maxPerTransaction, rule.maxPerWindow, rule.windowSeconds);
        }
    }

    /// @notice The assets in the order of their rules.
    function assets(Book storage self) internal view returns (address[] memory listed) {
        listed = new address[](self.list.length);
        for (uint256 i = 0; i < listed.length; ++i) {
            listed[i] = self.list[i].asset;
        }
    }

    /// @notice Charges what the calls spend according to their calldata. Reverts when an asset is not listed or a cap
    /// would be exceeded.
    /// @param listed The assets in the order of their rules.
    /// @return amounts What was charged, in the same order.
    function chargeGross(
        Book storage self,
        address[] memory listed,
        Call[] calldata calls
    ) internal returns (uint256[] memory amounts) {
        amounts = new uint256[](listed.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            Call calldata call = calls[i];
            if (call.value != 0) _add(listed, amounts, address(0), call.value);
            if (Spending.isDecoded(Spending.selectorOf(call.data))) {
                _add(listed, amounts, call.target, Spending.tokenAmount(call, address(this)));
            }
        }
        for (uint256 i = 0; i < amounts.length; ++i) {
            _charge(self, i, 0, amounts[i]);
        }
    }

    /// @notice Charges what left the vault beyond what was charged before.
    /// @param index Position of the asset in the list.
    /// @param gross What this execution was charged before.
    /// @param outflow By how much the balance fell.
    function chargeMeasured(Book storage self, uint256 index, uint256 gross, uint256 outflow) internal {
        if (outflow > gross) _charge(self, index, gross, outflow - gross);
    }

    /// @notice What was charged for the asset in the rolling window that ends now.
    function spentInWindow(Book storage self, address asset) internal view returns (uint256) {
        for (uint256 i = 0; i < self.list.length; ++i) {
            Rule memory rule = self.list[i];
            if (rule.asset != asset) continue;
            return spentUnder(self, rule);
        }
        return 0;
    }

    /// @notice As above, for the asset of a rule.
    function spentUnder(Book storage self, Rule memory rule) internal view returns (uint256) {
        return self.charged[rule.asset].sumInWindow(rule.windowSeconds) << _unitBits(rule.maxPerWindow);
    }

    /// @notice What a charge of `amount` by one execution counts as, in a window with this cap.
    function counted(uint256 amount, uint256 maxPerWindow) internal pure returns (uint256) {
        uint256 unitBits = _unitBits(maxPerWindow);
        return _units(amount, unitBits) << unitBits;
    }

    function _add(address[] memory listed, uint256[] memory amounts, address asset, uint256 amount) private pure {
        for (uint256 i = 0; i < listed.length; ++i) {
            if (listed[i] != asset) continue;
            amounts[i] = Math.saturatingAdd(amounts[i], amount);
            return;
        }
        revert IAgentVault.VaultAssetDenied(asset);
    }

    function _charge(Book storage self, uint256 index, uint256 before, uint256 amount) private {
        if (amount == 0) return;
        Rule memory rule = self.list[index];
        uint256 inTransaction = Math.saturatingAdd(before, amount);
        if (inTransaction > rule.maxPerTransaction) {
            revert IAgentVault.VaultTransactionCapExceeded(rule.asset, inTransaction, rule.maxPerTransaction);
        }
        uint256 unitBits = _unitBits(rule.maxPerWindow);
        // Not more than the cap per transaction, so 128 bits hold it.
        uint128 units = uint128(_units(inTransaction, unitBits) - _units(before, unitBits));
        uint256 inWindow = self.charged[rule.asset].add(units, rule.windowSeconds) << unitBits;
        if (inWindow > rule.maxPerWindow) {
            revert IAgentVault.VaultWindowCapExceeded(rule.asset, inWindow, rule.maxPerWindow);
        }
    }

    /// @dev Sums are counted in units of 2 to the power of this: in ones, unless the cap has more than 80 bits. Then what
    /// is charged is rounded up, by less than a 2⁷⁹th part of the cap.
    function _unitBits(uint256 maxPerWindow) private pure returns (uint256) {
        return maxPerWindow >> SUM_BITS == 0 ? 0 : Math.log2(maxPerWindow) + 1 - SUM_BITS;
    }

    function _units(uint256 amount, uint256 unitBits) private pure returns (uint256) {
        return (amount + (1 << unitBits) - 1) >> unitBits;
    }

    function _isListed(Book storage self, address asset) private view returns (bool) {
        for (uint256 i = 0; i < self.list.length; ++i) {
            if (self.list[i].asset == asset) return true;
        }
        return false;
    }
}
