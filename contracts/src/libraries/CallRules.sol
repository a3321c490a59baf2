// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../interfaces/IDecisionRegistry.sol";
import {Call} from "../types/Action.sol";
import {CallRule} from "../types/Policy.sol";
import {SelfCalls} from "./SelfCalls.sol";
import {Spending} from "./Spending.sol";

/// @title Which calls a vault may make: default deny
library CallRules {
    /// @notice The rules in their order, and the same as a set.
    struct Book {
        CallRule[] list;
        mapping(address target => mapping(bytes4 selector => bool)) isAllowed;
    }

    /// @notice Adds the rules. What must never be called cannot be allowed: the vault itself, functions that give
    /// allowances that cannot be charged, and the registry's function that is the vault's own to call.
    function write(Book storage self, CallRule[] memory rules) internal {
        for (uint256 i = 0; i < rules.length; ++i) {
            (address target, bytes4 selector) = (rules[i].target, rules[i].selector);
            if (target == address(this)) revert IAgentVault.VaultRuleTargetsItself(selector);
            if (Spending.givesHiddenAllowance(selector) || selector == IDecisionRegistry.markExecuted.selector) {
                revert IAgentVault.VaultRuleSelectorForbidden(target, selector);
            }
            if (self.isAllowed[target][selector]) revert IAgentVault.VaultRuleRepeated(target, selector);
            self.isAllowed[target][selector] = true;
            self.list.push(rules[i]);
        }
    }

    /// @notice Reverts unless a rule allows the call, or it is one that the vault may make of itself.
    function check(Book storage self, uint256 index, Call calldata call) internal view {
        if (!Spending.isWellFormed(call.data)) {
            revert IAgentVault.VaultCalldataMalformed(index, call.data.length);
        }
        bytes4 selector = Spending.selectorOf(call.data);
        if (call.target == address(this) && call.value == 0 && SelfCalls.isAllowed(selector)) return;
        if (!self.isAllowed[call.target][selector]) revert IAgentVault.VaultCallDenied(index, call.target, selector);
    }
}
