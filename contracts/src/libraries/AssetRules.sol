// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Call} from "../types/Action.sol";
import {AssetRule} from "../types/Policy.sol";
import {Spending} from "./Spending.sol";

/// @title What a vault may spend: caps per execution and per rolling window
/// @notice The window is exact: all charges are kept as cumulative sums keyed by time, so that what was spent in the last
/// w seconds is the present sum less the sum w seconds ago.
library AssetRules {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev Most assets a policy may list; the vault reads the balance of each one twice per execution.
    uint256 internal constant MAX_ASSETS = 32;
    /// @dev Largest cap. It keeps the cumulative sum, of 208 bits, from ever overflowing.
    uint256 internal constant MAX_CAP = type(uint128).max;

    /// @notice The rules in their order, where each asset stands in the list (from 1), and what was charged.
    struct Book {
        AssetRule[] list;
        mapping(address asset => uint256) position;
        mapping(address asset => Checkpoints.Trace208) charged;
    }

    /// @notice Adds the rules.
    function write(Book storage self, AssetRule[] memory rules) internal {
        if (rules.length > MAX_ASSETS) revert IAgentVault.VaultAssetsTooMany(rules.length);
        for (uint256 i = 0; i < rules.length; ++i) {
            address asset = rules[i].asset;
            if (self.position[asset] != 0) revert IAgentVault.VaultAssetRepeated(asset);
            uint256 cap = Math.max(rules[i].maxPerTransaction, rules[i].maxPerWindow);
            if (cap > MAX_CAP) revert IAgentVault.VaultCapTooLarge(asset, cap);
            if (rules[i].windowSeconds == 0) revert IAgentVault.VaultWindowEmpty(asset);
            self.list.push(rules[i]);
            self.position[asset] = self.list.length;
        }
    }

    /// @notice Charges what the calls spend according to their calldata. Reverts when an asset is not listed or a cap
    /// would be exceeded.
    /// @return amounts What was charged, by position in the list.
    function chargeGross(Book storage self, Call[] calldata calls) internal returns (uint256[] memory amounts) {
        amounts = new uint256[](self.list.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            if (calls[i].value != 0) _add(self, amounts, address(0), calls[i].value);
            if (Spending.isDecoded(Spending.selectorOf(calls[i].data))) {
                _add(self, amounts, calls[i].target, Spending.tokenAmount(calls[i], address(this)));
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
        uint256 position = self.position[asset];
        return position == 0 ? 0 : _spent(self, asset, self.list[position - 1].windowSeconds);
    }

    function _add(Book storage self, uint256[] memory amounts, address asset, uint256 amount) private view {
        uint256 position = self.position[asset];
        if (position == 0) revert IAgentVault.VaultAssetDenied(asset);
        amounts[position - 1] = Math.saturatingAdd(amounts[position - 1], amount);
    }

    function _charge(Book storage self, uint256 index, uint256 before, uint256 amount) private {
        if (amount == 0) return;
        AssetRule memory rule = self.list[index];
        uint256 inTransaction = Math.saturatingAdd(before, amount);
        if (inTransaction > rule.maxPerTransaction) {
            revert IAgentVault.VaultTransactionCapExceeded(rule.asset, inTransaction, rule.maxPerTransaction);
        }
        uint256 inWindow = _spent(self, rule.asset, rule.windowSeconds) + amount;
        if (inWindow > rule.maxPerWindow) {
            revert IAgentVault.VaultWindowCapExceeded(rule.asset, inWindow, rule.maxPerWindow);
        }
        Checkpoints.Trace208 storage charged = self.charged[rule.asset];
        charged.push(uint48(block.timestamp), charged.latest() + uint208(amount));
    }

    function _spent(Book storage self, address asset, uint64 windowSeconds) private view returns (uint256) {
        Checkpoints.Trace208 storage charged = self.charged[asset];
        if (block.timestamp < windowSeconds) return charged.latest();
        return charged.latest() - charged.upperLookupRecent(uint48(block.timestamp - windowSeconds));
    }
}
