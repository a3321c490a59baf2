// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PolicyEngine} from "../../src/PolicyEngine.sol";
import {PolicyCode} from "../../src/libraries/PolicyCode.sol";
import {Action} from "../../src/types/Action.sol";
import {Budget} from "../../src/types/Decision.sol";
import {Charge, Policy} from "../../src/types/Policy.sol";

/// @notice A vault in a given situation, as far as the engine asks it: what a policy says of an action there.
contract JudgedVault {
    /// @param policy `abi.encode(policy)`.
    /// @param action `abi.encode(action)`.
    /// @param spent What the window of each asset rule holds, in their order.
    struct Situation {
        bytes policy;
        bytes action;
        uint256[] spent;
        uint256 executions;
    }

    /// @param charges Charged amounts of an action that the engine clears, encoded; empty when it refuses the action.
    struct Judgement {
        bytes violations;
        bytes budgets;
        uint256 minAttestations;
        uint256 minVetoWindow;
        bytes charges;
    }

    address public policyPointer;
    uint256 public executionsInSpan;
    mapping(address asset => uint256) public spentInWindow;

    error ActionNotCanonical();

    /// @notice To be asked by `eth_call`: what it stores is of this situation only.
    function judge(PolicyEngine engine, Situation calldata situation) external returns (Judgement memory judgement) {
        Action memory action = abi.decode(situation.action, (Action));
        if (keccak256(abi.encode(action)) != keccak256(situation.action)) revert ActionNotCanonical();
        engine.validate(situation.policy, address(this));
        _bring(situation);
        judgement.violations = abi.encode(engine.violationsOf(action));
        Budget[] memory budgets;
        (, judgement.minAttestations, judgement.minVetoWindow, budgets) = engine.requirementsOf(action);
        judgement.budgets = abi.encode(budgets);
        judgement.charges = _clear(engine, action);
    }

    function _bring(Situation calldata situation) private {
        policyPointer = PolicyCode.write(situation.policy);
        executionsInSpan = situation.executions;
        Policy memory policy = abi.decode(situation.policy, (Policy));
        for (uint256 i = 0; i < policy.assets.length; ++i) spentInWindow[policy.assets[i].asset] = situation.spent[i];
    }

    function _clear(PolicyEngine engine, Action memory action) private view returns (bytes memory) {
        try engine.clear(action, policyPointer) returns (bytes32, uint256, uint64, Charge[] memory charges) {
            uint256[] memory amounts = new uint256[](charges.length);
            for (uint256 i = 0; i < charges.length; ++i) amounts[i] = charges[i].amount;
            return abi.encode(amounts);
        } catch {
            return "";
        }
    }
}
