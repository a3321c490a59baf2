// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../../src/interfaces/IDecisionRegistry.sol";
import {Action, Bound, Call} from "../../src/types/Action.sol";
import {DecisionState} from "../../src/types/Decision.sol";
import {World} from "../utils/World.sol";

/// @notice Whoever sees a transaction before it is mined can send its copy first, and gains nothing.
contract FrontRunningTest is World {
    /// @dev The vault is no account that sends transactions, nor is the test runner's.
    function _assumeSender(address sender) private view {
        vm.assume(sender != address(vault) && sender != address(vm) && sender != RECIPIENT);
    }

    // ---- executions ----

    function testFuzz_the_outcome_does_not_depend_on_who_executes(
        address sender,
        address origin,
        uint64 gasPrice,
        uint96 wealth
    ) public {
        _assumeSender(sender);
        Action memory action = _payment();
        bytes32 id = _submitReady(action);
        bytes memory data = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        uint256 before = vm.snapshotState();
        (bool success, ) = address(vault).call(data);
        vm.assertTrue(success, "by anyone");
        bytes32 expected = _outcome(id);
        vm.revertToState(before);
        vm.txGasPrice(gasPrice);
        vm.deal(sender, wealth);
        vm.prank(sender, origin);
        (success, ) = address(vault).call(data);
        vm.assertTrue(success, "by the sender");
        vm.assertEq(_outcome(id), expected, "the same outcome");
        vm.assertEq(sender.balance, wealth, "the sender gains nothing");
    }

    /// @dev Whoever comes second is told why, and pays for no more than the question.
    function testFuzz_a_second_submission_is_a_cheap_named_revert(address first, address second) public {
        _assumeSender(first);
        _assumeSender(second);
        Action memory action = _payment();
        bytes32 id = _submitReady(action);
        bytes memory data = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        vm.prank(first);
        uint256 start = gasleft();
        (bool success, ) = address(vault).call(data);
        uint256 spentFirst = start - gasleft();
        vm.assertTrue(success, "first");
        vm.prank(second);
        bytes memory answer;
        start = gasleft();
        (success, answer) = address(vault).call(data);
        uint256 spentSecond = start - gasleft();
        vm.assertTrue(!success, "second");
        vm.assertEq(
            answer,
            abi.encodeWithSelector(IAgentVault.VaultDecisionNotReady.selector, id, DecisionState.Executed),
            "reason"
        );
        vm.assertLe(spentSecond, spentFirst / 2, "cheap");
    }

    // ---- submissions ----

    /// @dev A copy of a submission is another decision: it neither takes the id nor can be cancelled, or cancel.
    function testFuzz_a_copied_submission_is_another_decision(address copier, bytes32 salt, uint32 lifetime) public {
        _assumeSender(copier);
        vm.assume(copier != address(this));
        Action memory action = _payment();
        uint64 deadline = _now() + VETO_WINDOW + 1 + (lifetime % 20 days);
        vm.prank(copier);
        bytes32 copy = decisions.submit(agentId, action, deadline, _anytime(), salt);
        bytes32 own = decisions.submit(agentId, action, deadline, _anytime(), salt);
        vm.assertTrue(copy != own, "two ids");
        vm.prank(copier);
        vm.assertEq(
            bytes32(_selectorOfRevert(address(decisions), abi.encodeCall(decisions.cancel, (own)))),
            bytes32(IDecisionRegistry.DecisionNotSubmitter.selector),
            "not the copier's"
        );
        vm.prank(copier);
        decisions.cancel(copy);
        vm.assertTrue(decisions.stateOf(own) == DecisionState.Pending, "the copy's end is its own");
    }

    /// @dev Two calls, so that a different order or a partial batch would show.
    function _payment() private view returns (Action memory action) {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, 10)));
        calls[1] = Call(RECIPIENT, 7, "");
        action = _action(calls);
        action.bounds = new Bound[](1);
        action.bounds[0] = Bound(address(token), 10, 0);
    }

    function _outcome(bytes32 id) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    decisions.decisionOf(id),
                    decisions.agentOf(agentId),
                    token.balanceOf(address(vault)),
                    token.balanceOf(RECIPIENT),
                    address(vault).balance,
                    RECIPIENT.balance,
                    vault.spentInWindow(address(token)),
                    vault.spentInWindow(address(0))
                )
            );
    }
}
