// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Action, Bound, Call} from "../types/Action.sol";
import {Charge} from "../types/Policy.sol";
import {Balances} from "./Balances.sol";
import {Spending} from "./Spending.sol";
import {Windows} from "./Windows.sol";

/// @title What an execution really cost: balances around every call
/// @notice Outflows are added up call by call, so that what one call brings in does not hide what another takes out.
library Settlement {
    using Windows for Windows.Book;

    /// @notice What was measured so far; all lists but the last are in the order of the charges.
    /// @param first Balance before the calls.
    /// @param last Last balance.
    /// @param outflow Sum of all falls of the balance.
    /// @param unknown The bit of each asset of which a reading failed; it stays unknown for good.
    /// @param bounded Balance before the calls per bound of the action, in its order.
    struct Meter {
        uint256[] first;
        uint256[] last;
        uint256[] outflow;
        uint256 unknown;
        uint256[] bounded;
    }

    /// @notice Reads the balances before the first call.
    /// @param charges One per asset with caps.
    function open(Charge[] memory charges, Action calldata action) internal view returns (Meter memory meter) {
        uint256 count = charges.length;
        (meter.first, meter.last, meter.outflow) = (new uint256[](count), new uint256[](count), new uint256[](count));
        for (uint256 i = 0; i < count; ++i) {
            (bool isKnown, uint256 amount) = Balances.read(charges[i].asset);
            if (!isKnown) meter.unknown |= 1 << i;
            (meter.first[i], meter.last[i]) = (amount, amount);
        }
        Bound[] calldata bounds = action.bounds;
        meter.bounded = new uint256[](bounds.length);
        for (uint256 i = 0; i < bounds.length; ++i) {
            _requireNewBound(bounds, i);
            meter.bounded[i] = _reading(charges, meter.first, meter.unknown, bounds[i].asset);
        }
    }

    /// @notice Notes what the last call took out. To be called after each call.
    function note(Meter memory meter, Charge[] memory charges) internal view {
        for (uint256 i = 0; i < charges.length; ++i) {
            if (meter.unknown & (1 << i) != 0) continue;
            (bool isKnown, uint256 amount) = Balances.read(charges[i].asset);
            uint256 last = meter.last[i];
            if (!isKnown) meter.unknown |= 1 << i;
            else if (amount < last) meter.outflow[i] = Math.saturatingAdd(meter.outflow[i], last - amount);
            meter.last[i] = amount;
        }
    }

    /// @notice Charges what left, or may still leave by a new allowance, beyond the gross charge, and checks the
    /// action's bounds.
    /// @param charges One per asset with caps, as it was charged gross.
    /// @return beyond Bit i is set when the asset of charge i was charged beyond the action's budget: more than its calldata
    /// says, and more than its bound lets go.
    function settle(
        Windows.Book storage book,
        Action calldata action,
        Meter memory meter,
        Charge[] memory charges
    ) internal returns (uint256 beyond) {
        for (uint256 i = 0; i < charges.length; ++i) {
            bool isKnown = meter.unknown & (1 << i) == 0;
            if (isKnown && meter.outflow[i] == 0) continue;
            uint256 total = _chargeListed(book, action.calls, charges[i], isKnown, meter.outflow[i]);
            if (total <= charges[i].amount) continue;
            if (total > _maxOutOf(action.bounds, charges[i].asset)) beyond |= 1 << i;
        }
        Bound[] calldata bounds = action.bounds;
        for (uint256 i = 0; i < bounds.length; ++i) {
            uint256 present = _reading(charges, meter.last, meter.unknown, bounds[i].asset);
            _checkBound(bounds[i], meter.bounded[i], present);
        }
    }

    /// @dev A listed token that does not tell its balance must not stop actions that have nothing to do with it. When
    /// nothing left, the gross charge covers every new allowance already.
    /// @return total What left and may still leave.
    function _chargeListed(
        Windows.Book storage book,
        Call[] calldata calls,
        Charge memory charge,
        bool isKnown,
        uint256 outflow
    ) private returns (uint256 total) {
        address asset = charge.asset;
        if (!isKnown && _isCalled(calls, asset)) revert IAgentVault.VaultBalanceUnreadable(asset);
        if (outflow == 0) return 0;
        total = Math.saturatingAdd(outflow, _unusedAllowances(calls, asset));
        if (total > charge.amount) book.charge(charge, charge.amount, total - charge.amount);
    }

    /// @dev What the batch allowed others to take of the token and they have not taken yet.
    function _unusedAllowances(Call[] calldata calls, address token) private view returns (uint256 sum) {
        for (uint256 i = 0; i < calls.length; ++i) {
            if (calls[i].target != token || !Spending.isAllowance(Spending.selectorOf(calls[i].data))) continue;
            uint256 given = Spending.tokenAmount(calls[i], address(this));
            if (given == 0) continue;
            (bool isKnown, uint256 left) = Balances.allowance(token, Spending.recipientOf(calls[i]));
            sum = Math.saturatingAdd(sum, isKnown ? Math.min(given, left) : given);
        }
    }

    /// @dev How much of the asset may leave by the action's bounds; zero when none is for it.
    function _maxOutOf(Bound[] calldata bounds, address asset) private pure returns (uint256) {
        for (uint256 i = 0; i < bounds.length; ++i) {
            if (bounds[i].asset == asset) return bounds[i].maxOut;
        }
        return 0;
    }

    function _checkBound(Bound calldata bound, uint256 before, uint256 present) private pure {
        uint256 outflow = Math.saturatingSub(before, present);
        uint256 inflow = Math.saturatingSub(present, before);
        if (outflow > bound.maxOut) revert IAgentVault.VaultBoundExceeded(bound.asset, outflow, bound.maxOut);
        if (inflow < bound.minIn) revert IAgentVault.VaultBoundNotReached(bound.asset, inflow, bound.minIn);
    }

    function _requireNewBound(Bound[] calldata bounds, uint256 index) private pure {
        for (uint256 i = 0; i < index; ++i) {
            if (bounds[i].asset == bounds[index].asset) revert IAgentVault.VaultBoundRepeated(bounds[index].asset);
        }
    }

    /// @dev The reading of the asset among those of the charges, which need not be asked for twice; else a new one. An
    /// asset with a bound must tell its balance.
    function _reading(
        Charge[] memory charges,
        uint256[] memory readings,
        uint256 unknown,
        address asset
    ) private view returns (uint256 amount) {
        for (uint256 i = 0; i < charges.length; ++i) {
            if (charges[i].asset != asset) continue;
            if (unknown & (1 << i) != 0) revert IAgentVault.VaultBalanceUnreadable(asset);
            return readings[i];
        }
        bool isKnown;
        (isKnown, amount) = Balances.read(asset);
        if (!isKnown) revert IAgentVault.VaultBalanceUnreadable(asset);
    }

    function _isCalled(Call[] calldata calls, address target) private pure returns (bool) {
        for (uint256 i = 0; i < calls.length; ++i) {
            if (calls[i].target == target) return true;
        }
        return false;
    }
}
