// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Action, Bound, Call} from "../types/Action.sol";
import {AssetRules} from "./AssetRules.sol";
import {Balances} from "./Balances.sol";

/// @title What an execution really cost: balances before and after
library Settlement {
    using AssetRules for AssetRules.Book;

    /// @notice Balances before the calls.
    /// @param listed One reading per asset rule, in its order.
    /// @param bounded One reading per bound of the action, in its order.
    struct Opening {
        Balances.Reading[] listed;
        Balances.Reading[] bounded;
    }

    /// @notice Reads the balances that {settle} will compare.
    function open(AssetRules.Book storage book, Action calldata action) internal view returns (Opening memory opening) {
        opening.listed = new Balances.Reading[](book.list.length);
        for (uint256 i = 0; i < opening.listed.length; ++i) {
            opening.listed[i] = Balances.read(book.list[i].asset);
        }
        opening.bounded = new Balances.Reading[](action.bounds.length);
        for (uint256 i = 0; i < opening.bounded.length; ++i) {
            opening.bounded[i] = Balances.read(action.bounds[i].asset);
        }
    }

    /// @notice Charges what left beyond the gross charge, and checks the action's bounds.
    /// @param charged Gross charge per asset rule, in its order.
    function settle(
        AssetRules.Book storage book,
        Action calldata action,
        Opening memory opening,
        uint256[] memory charged
    ) internal {
        for (uint256 i = 0; i < opening.listed.length; ++i) {
            _chargeListed(book, action.calls, i, opening.listed[i], charged[i]);
        }
        for (uint256 i = 0; i < opening.bounded.length; ++i) {
            _checkBound(action.bounds[i], opening.bounded[i]);
        }
    }

    /// @dev A listed token that does not tell its balance must not stop actions that have nothing to do with it.
    function _chargeListed(
        AssetRules.Book storage book,
        Call[] calldata calls,
        uint256 index,
        Balances.Reading memory before,
        uint256 gross
    ) private {
        (uint256 outflow, , bool isKnown) = Balances.compare(before);
        if (!isKnown && _isCalled(calls, before.asset)) revert IAgentVault.VaultBalanceUnreadable(before.asset);
        book.chargeMeasured(index, gross, outflow);
    }

    function _checkBound(Bound calldata bound, Balances.Reading memory before) private view {
        (uint256 outflow, uint256 inflow, bool isKnown) = Balances.compare(before);
        if (!isKnown) revert IAgentVault.VaultBalanceUnreadable(bound.asset);
        if (outflow > bound.maxOut) revert IAgentVault.VaultBoundExceeded(bound.asset, outflow, bound.maxOut);
        if (inflow < bound.minIn) revert IAgentVault.VaultBoundNotReached(bound.asset, inflow, bound.minIn);
    }

    function _isCalled(Call[] calldata calls, address target) private pure returns (bool) {
        for (uint256 i = 0; i < calls.length; ++i) {
            if (calls[i].target == target) return true;
        }
        return false;
    }
}
