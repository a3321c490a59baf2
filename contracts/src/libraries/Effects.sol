// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Action, AllowanceBound, Call, CodePin} from "../types/Action.sol";
import {Balances} from "./Balances.sol";
import {Spending} from "./Spending.sol";

/// @title What an action says of allowances and code: measured before the first call and after the last one
library Effects {
    /// @notice Allowances that must not grow.
    /// @param bounds Which ones.
    /// @param before What each was before the calls, in their order.
    struct Watch {
        AllowanceBound[] bounds;
        uint256[] before;
    }

    /// @notice Checks the pinned code and notes the allowances. To be called before the first call.
    function open(Action calldata action) internal view returns (Watch memory watch) {
        _checkCode(action.codePins);
        watch.bounds = _bounded(action);
        watch.before = new uint256[](watch.bounds.length);
        for (uint256 i = 0; i < watch.before.length; ++i) {
            watch.before[i] = _allowance(watch.bounds[i]);
        }
    }

    /// @notice Checks both again after the last call.
    function close(Watch memory watch, Action calldata action) internal view {
        for (uint256 i = 0; i < watch.before.length; ++i) {
            AllowanceBound memory bound = watch.bounds[i];
            uint256 present = _allowance(bound);
            if (present > watch.before[i]) {
                revert IAgentVault.VaultAllowanceGrew(bound.token, bound.spender, watch.before[i], present);
            }
        }
        _checkCode(action.codePins);
    }

    /// @dev The allowances that the action names, then those that its calls give when it says that none may be new. An
    /// operator over everything is never used up, so none may be named then.
    function _bounded(Action calldata action) private pure returns (AllowanceBound[] memory bounds) {
        uint256 count = action.allowances.length;
        bounds = new AllowanceBound[](count + (action.noNewAllowances ? action.calls.length : 0));
        for (uint256 i = 0; i < count; ++i) {
            bounds[i] = action.allowances[i];
        }
        if (!action.noNewAllowances) return bounds;
        for (uint256 i = 0; i < action.calls.length; ++i) {
            Call calldata call = action.calls[i];
            if (Spending.givesOperator(call)) {
                revert IAgentVault.VaultOperatorGiven(i, call.target, Spending.recipientOf(call));
            }
            if (!Spending.isAllowance(Spending.selectorOf(call.data))) continue;
            bounds[count++] = AllowanceBound(call.target, Spending.recipientOf(call));
        }
        // Shortens the list to what was filled.
        assembly ("memory-safe") {
            mstore(bounds, count)
        }
    }

    function _allowance(AllowanceBound memory bound) private view returns (uint256 amount) {
        bool isKnown;
        (isKnown, amount) = Balances.allowance(bound.token, bound.spender);
        if (!isKnown) revert IAgentVault.VaultAllowanceUnreadable(bound.token, bound.spender);
    }

    function _checkCode(CodePin[] calldata pins) private view {
        for (uint256 i = 0; i < pins.length; ++i) {
            bytes32 codeHash = pins[i].account.codehash;
            if (codeHash != pins[i].codeHash) {
                revert IAgentVault.VaultCodeMismatch(pins[i].account, codeHash, pins[i].codeHash);
            }
        }
    }
}
