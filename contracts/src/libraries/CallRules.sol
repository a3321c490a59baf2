// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Comparison, Condition, Range, ViolationKind} from "../types/Policy.sol";
import {Findings} from "./Findings.sol";
import {Inspection} from "./Inspection.sol";
import {PolicyReader} from "./PolicyReader.sol";
import {SelfCalls} from "./SelfCalls.sol";
import {Spending} from "./Spending.sol";

/// @title Which calls a vault may make: default deny
library CallRules {
    using Inspection for Inspection.State;
    using PolicyReader for bytes;

    /// @notice Finds what the call rules do not allow of the call that is looked at.
    /// @param data Its calldata.
    function check(Inspection.State memory state, bytes calldata data) internal pure {
        (address target, bytes4 selector) = (state.target, state.selector);
        if (!state.isWhole) {
            state.note(ViolationKind.CalldataMalformed, Findings.NONE, target, data.length, 0);
            return;
        }
        if (target == state.vault && state.value == 0 && SelfCalls.isAllowed(selector)) return;
        uint256 rule = state.policy.findCallRule(target, selector);
        if (rule == PolicyReader.NONE) {
            state.note(ViolationKind.CallDenied, Findings.NONE, target, uint32(selector), 0);
            return;
        }
        (Range conditions, Range recipients, Range initCodes) = state.policy.rangesOf(rule);
        if (recipients.countOf() != 0) _checkRecipients(state, rule, recipients, data);
        if (conditions.countOf() != 0) _checkConditions(state, conditions, data);
        if (initCodes.countOf() != 0) _checkInitCode(state, rule, initCodes, data);
    }

    function _checkRecipients(
        Inspection.State memory state,
        uint256 rule,
        Range range,
        bytes calldata data
    ) private pure {
        if (state.value != 0 && !state.policy.hasRecipient(range, state.target)) {
            state.note(ViolationKind.RecipientDenied, rule, state.target, 0, 0);
        }
        if (state.recipient == Spending.NONE) return;
        address recipient = Spending.addressAt(data, state.recipient);
        if (!state.policy.hasRecipient(range, recipient)) {
            state.note(ViolationKind.RecipientDenied, rule, recipient, 0, 0);
        }
    }

    function _checkConditions(Inspection.State memory state, Range range, bytes calldata data) private pure {
        uint256 end = range.firstOf() + range.countOf();
        for (uint256 i = range.firstOf(); i < end; ++i) {
            Condition memory condition = state.policy.condition(i);
            (bool isThere, uint256 word) = _wordAt(data, condition.offset);
            if (isThere && _holds(word, condition)) continue;
            state.note(ViolationKind.ConditionFailed, i, state.target, word, condition.operand);
        }
    }

    function _checkInitCode(
        Inspection.State memory state,
        uint256 rule,
        Range range,
        bytes calldata data
    ) private pure {
        bytes32 codeHash = _hashOfArgument(data, state.policy.initCodeArgumentOf(rule));
        if (codeHash != 0 && state.policy.hasInitCode(range, codeHash)) return;
        state.note(ViolationKind.InitCodeDenied, rule, state.target, uint256(codeHash), 0);
    }

    /// @dev The word that begins so many bytes after the selector, if the calldata holds all of it.
    function _wordAt(bytes calldata data, uint256 offset) private pure returns (bool isThere, uint256 word) {
        if (data.length < 4 + 32 || offset > data.length - (4 + 32)) return (false, 0);
        return (true, uint256(bytes32(data[4 + offset:4 + 32 + offset])));
    }

    /// @dev Hash of an argument of the type `bytes`, wherever the calldata has it; zero when it is not all there.
    function _hashOfArgument(bytes calldata data, uint256 argument) private pure returns (bytes32) {
        (bool isThere, uint256 offset) = _wordAt(data, 32 * argument);
        if (!isThere) return 0;
        uint256 length;
        (isThere, length) = _wordAt(data, offset);
        if (!isThere || length > data.length - (4 + 32) - offset) return 0;
        return keccak256(data[4 + 32 + offset:4 + 32 + offset + length]);
    }

    function _holds(uint256 word, Condition memory condition) private pure returns (bool) {
        (Comparison comparison, uint256 operand) = (condition.comparison, condition.operand);
        if (comparison == Comparison.Equal) return word == operand;
        if (comparison == Comparison.NotEqual) return word != operand;
        if (comparison == Comparison.Less) return word < operand;
        if (comparison == Comparison.LessOrEqual) return word <= operand;
        if (comparison == Comparison.Greater) return word > operand;
        if (comparison == Comparison.GreaterOrEqual) return word >= operand;
        return word & ~operand == 0;
    }
}
