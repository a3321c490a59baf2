// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Budgets} from "./libraries/Budgets.sol";
import {Action} from "./types/Action.sol";
import {Budget} from "./types/Decision.sol";
import {AssetRule} from "./types/Policy.sol";

/// @title Tells what an action may charge at most, under the rules that a vault passes with it
/// @notice Stateless. A contract of its own because a vault with it would exceed the size of a contract; made by the vault's
/// constructor, and asked at submissions only.
contract BudgetMeter {
    /// @notice See {Budgets-budgetsOf}. The vault is the caller.
    function budgetsOf(AssetRule[] calldata rules, Action calldata action) external view returns (Budget[] memory) {
        return Budgets.budgetsOf(rules, action, msg.sender);
    }
}
