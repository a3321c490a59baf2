// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Action, Bound, Call} from "../types/Action.sol";
import {Budget, toBudget} from "../types/Decision.sol";
import {AssetRule} from "../types/Policy.sol";
import {AssetRules} from "./AssetRules.sol";
import {Spending} from "./Spending.sol";

/// @title What a decision may charge at most, and whether the windows have room for it
/// @notice The registry keeps the budget of a decision from its submission, and counts it from the approval until the
/// decision is executed or dead. What was charged in the window and what is reserved never exceed the cap together: the
/// former falls by itself as time passes, an execution moves its budget from the latter to the former, and an approval
/// is refused without room.
library Budgets {
    using AssetRules for AssetRules.Book;

    /// @notice The most that the action may charge for each asset, in the order of the rules; nothing where it charges
    /// nothing, as the windows count it. An action that would exceed a cap per execution can never run, and needs no budget.
    /// @param vault Vault that would execute the action.
    function budgetsOf(
        AssetRule[] calldata rules,
        Action calldata action,
        address vault
    ) internal pure returns (Budget[] memory budgets) {
        budgets = new Budget[](rules.length);
        uint256 count = 0;
        for (uint256 i = 0; i < rules.length; ++i) {
            AssetRule calldata rule = rules[i];
            uint256 gross = _grossOf(action.calls, rule.asset, vault);
            if (gross > rule.maxPerTransaction) return new Budget[](0);
            uint256 most = Math.min(maxOutOf(action.bounds, rule.asset), rule.maxPerTransaction);
            uint256 amount = AssetRules.counted(Math.max(gross, most), rule.maxPerWindow);
            if (amount != 0) budgets[count++] = toBudget(i, amount);
        }
        // Shortens the list to what was filled.
        assembly ("memory-safe") {
            mstore(budgets, count)
        }
    }

    /// @notice Reverts unless the windows have room for what is reserved.
    function requireRoom(AssetRules.Book storage book, Budget[] memory reserved) internal view {
        for (uint256 i = 0; i < reserved.length; ++i) {
            AssetRules.Rule memory rule = book.list[reserved[i].indexOf()];
            uint256 sum = book.spentUnder(rule) + reserved[i].amountOf();
            if (sum > rule.maxPerWindow) revert IAgentVault.VaultBudgetNotFree(rule.asset, sum, rule.maxPerWindow);
        }
    }

    /// @notice Budgets of nothing for some assets.
    /// @param indices Bit i is set when there is to be one for the asset of rule i.
    function emptyFor(uint256 indices) internal pure returns (Budget[] memory budgets) {
        budgets = new Budget[](AssetRules.MAX_ASSETS);
        uint256 count = 0;
        for (uint256 i = 0; i < AssetRules.MAX_ASSETS; ++i) {
            if ((indices >> i) & 1 == 1) budgets[count++] = toBudget(i, 0);
        }
        // Shortens the list to what was filled.
        assembly ("memory-safe") {
            mstore(budgets, count)
        }
    }

    /// @notice How much of the asset may leave by the action's bounds; zero when none is for it.
    function maxOutOf(Bound[] calldata bounds, address asset) internal pure returns (uint256) {
        for (uint256 i = 0; i < bounds.length; ++i) {
            if (bounds[i].asset == asset) return bounds[i].maxOut;
        }
        return 0;
    }

    /// @dev What the calls spend of the asset according to their calldata. Calls that cannot run are passed over.
    function _grossOf(Call[] calldata calls, address asset, address vault) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < calls.length; ++i) {
            Call calldata call = calls[i];
            if (asset == address(0)) {
                sum = Math.saturatingAdd(sum, call.value);
            } else if (call.target == asset && _isSpending(call.data)) {
                sum = Math.saturatingAdd(sum, Spending.tokenAmount(call, vault));
            }
        }
    }

    function _isSpending(bytes calldata data) private pure returns (bool) {
        return Spending.isWellFormed(data) && Spending.isDecoded(Spending.selectorOf(data));
    }
}
