// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Action, Bound, Call} from "../types/Action.sol";
import {AssetRules} from "./AssetRules.sol";
import {Balances} from "./Balances.sol";
import {Budgets} from "./Budgets.sol";
import {Spending} from "./Spending.sol";

/// @title What an execution really cost: balances around every call
/// @notice Outflows are added up call by call, so that what one call brings in does not hide what another takes out.
library Settlement {
    using AssetRules for AssetRules.Book;

    /// @notice What was measured so far.
    /// @param listed Last reading per asset rule, in its order; unknown for good once a reading failed.
    /// @param first Reading before the calls per asset rule, in its order.
    /// @param outflow Sum of all falls of the balance per asset rule, in its order.
    /// @param bounded Reading before the calls per bound of the action, in its order.
    struct Meter {
        Balances.Reading[] listed;
        Balances.Reading[] first;
        uint256[] outflow;
        Balances.Reading[] bounded;
    }

    /// @notice Reads the balances before the first call.
    /// @param assets The assets in the order of their rules.
    function open(address[] memory assets, Action calldata action) internal view returns (Meter memory meter) {
        meter.listed = new Balances.Reading[](assets.length);
        meter.first = new Balances.Reading[](assets.length);
        meter.outflow = new uint256[](assets.length);
        for (uint256 i = 0; i < assets.length; ++i) {
            meter.listed[i] = Balances.read(assets[i]);
            meter.first[i] = meter.listed[i];
        }
        meter.bounded = new Balances.Reading[](action.bounds.length);
        for (uint256 i = 0; i < meter.bounded.length; ++i) {
            address asset = action.bounds[i].asset;
            _requireNewBound(action.bounds, i);
            meter.bounded[i] = _reading(meter.first, asset);
        }
    }

    /// @notice Notes what the last call took out. To be called after each call.
    function note(Meter memory meter) internal view {
        for (uint256 i = 0; i < meter.listed.length; ++i) {
            if (!meter.listed[i].isKnown) continue;
            Balances.Reading memory present = Balances.read(meter.listed[i].asset);
            (uint256 outflow, , ) = Balances.compare(meter.listed[i], present);
            meter.outflow[i] = Math.saturatingAdd(meter.outflow[i], outflow);
            meter.listed[i] = present;
        }
    }

    /// @notice Charges what left, or may still leave by a new allowance, beyond the gross charge, and checks the
    /// action's bounds.
    /// @param charged Gross charge per asset rule, in its order.
    /// @return beyond Bit i is set when the asset of rule i was charged beyond the action's budget; see {Budgets}.
    function settle(
        AssetRules.Book storage book,
        Action calldata action,
        Meter memory meter,
        uint256[] memory charged
    ) internal returns (uint256 beyond) {
        for (uint256 i = 0; i < meter.listed.length; ++i) {
            uint256 total = _chargeListed(book, action.calls, i, meter, charged[i]);
            if (total <= charged[i]) continue;
            if (total > Budgets.maxOutOf(action.bounds, meter.listed[i].asset)) beyond |= 1 << i;
        }
        for (uint256 i = 0; i < meter.bounded.length; ++i) {
            _checkBound(action.bounds[i], meter.bounded[i], _reading(meter.listed, action.bounds[i].asset));
        }
    }

    /// @dev A listed token that does not tell its balance must not stop actions that have nothing to do with it. When
    /// nothing left, the gross charge covers every new allowance already.
    /// @return total What left and may still leave.
    function _chargeListed(
        AssetRules.Book storage book,
        Call[] calldata calls,
        uint256 index,
        Meter memory meter,
        uint256 gross
    ) private returns (uint256 total) {
        address asset = meter.listed[index].asset;
        if (!meter.listed[index].isKnown && _isCalled(calls, asset)) revert IAgentVault.VaultBalanceUnreadable(asset);
        uint256 outflow = meter.outflow[index];
        if (outflow == 0) return 0;
        total = Math.saturatingAdd(outflow, _unusedAllowances(calls, asset));
        book.chargeMeasured(index, gross, total);
    }

    /// @dev What the batch allowed others to take of the token and they have not taken yet.
    function _unusedAllowances(Call[] calldata calls, address token) private view returns (uint256 sum) {
        for (uint256 i = 0; i < calls.length; ++i) {
            if (calls[i].target != token || !Spending.isAllowance(Spending.selectorOf(calls[i].data))) continue;
            uint256 given = Spending.tokenAmount(calls[i], address(this));
            if (given == 0) continue;
            (bool isKnown, uint256 left) = Balances.allowance(token, Spending.spenderOf(calls[i]));
            sum = Math.saturatingAdd(sum, isKnown ? Math.min(given, left) : given);
        }
    }

    function _checkBound(
        Bound calldata bound,
        Balances.Reading memory before,
        Balances.Reading memory present
    ) private pure {
        (uint256 outflow, uint256 inflow, bool isKnown) = Balances.compare(before, present);
        if (!isKnown) revert IAgentVault.VaultBalanceUnreadable(bound.asset);
        if (outflow > bound.maxOut) revert IAgentVault.VaultBoundExceeded(bound.asset, outflow, bound.maxOut);
        if (inflow < bound.minIn) revert IAgentVault.VaultBoundNotReached(bound.asset, inflow, bound.minIn);
    }

    function _requireNewBound(Bound[] calldata bounds, uint256 index) private pure {
        for (uint256 i = 0; i < index; ++i) {
            if (bounds[i].asset == bounds[index].asset) revert IAgentVault.VaultBoundRepeated(bounds[index].asset);
        }
    }

    /// @dev The reading of the asset among those of the asset rules, which need not be asked for twice; else a new one.
    function _reading(
        Balances.Reading[] memory readings,
        address asset
    ) private view returns (Balances.Reading memory reading) {
        for (uint256 i = 0; i < readings.length; ++i) {
            if (readings[i].asset == asset) return readings[i];
        }
        return Balances.read(asset);
    }

    function _isCalled(Call[] calldata calls, address target) private pure returns (bool) {
        for (uint256 i = 0; i < calls.length; ++i) {
            if (calls[i].target == target) return true;
        }
        return false;
    }
}
