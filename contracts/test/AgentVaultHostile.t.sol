// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../src/interfaces/IDecisionRegistry.sol";
import {TestToken} from "../src/devnet/TestToken.sol";
import {Action, Bound} from "../src/types/Action.sol";
import {AgentTerms, DecisionState} from "../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {CallingBack, ForgivingWorker, GasMeter, ReturnBomb} from "./mocks/Callees.sol";
import {FalseReturnToken, FeeOnTopToken, MuteToken, NoReturnToken, SweepableToken} from "./mocks/HostileTokens.sol";
import {assetRule, callRule} from "./utils/Policies.sol";
import {World} from "./utils/World.sol";

/// @notice Submitters, callees and tokens that mean harm.
contract AgentVaultHostileTest is World {
    uint256 private constant BIGGEST_ANSWER = 1 << 20;

    // ---- submitters: too little gas ----

    /// @dev The attack is real: without a floor there is a limit at which the callee fails inside and carries on.
    function test_without_a_floor_a_callee_can_be_starved() public {
        vm.assertTrue(_sweepForgivingWorker(0) > 0, "starved at some limit");
    }

    function test_with_a_floor_the_callee_is_never_starved() public {
        vm.assertEq(_sweepForgivingWorker(1_100_000), 0, "never starved");
    }

    /// @dev 400 gas limits. At each one the whole transaction reverts and the decision is still ready, or the callee ran.
    /// @return starved At how many limits the callee ran but failed inside.
    function _sweepForgivingWorker(uint256 gasFloor) private returns (uint256 starved) {
        ForgivingWorker worker = new ForgivingWorker();
        _useVault(_callPolicy(address(worker), worker.work.selector));
        Action memory action = _action(address(worker), 0, abi.encodeCall(worker.work, ()));
        action.gasFloor = gasFloor;
        bytes32 id = _submitReady(action);
        bytes memory signature = _authorization(id);
        uint256 ran = 0;
        for (uint256 i = 0; i < 400; ++i) {
            uint256 before = vm.snapshotState();
            try vault.execute{gas: 100_000 + i * 6_000}(id, action, signature) {
                vm.assertTrue(decisions.stateOf(id) == DecisionState.Executed && worker.hasRun(), "ran");
                if (!worker.hasFinished()) ++starved;
                ++ran;
            } catch {
                vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready && !worker.hasRun(), "ready");
            }
            vm.revertToState(before);
        }
        vm.assertTrue(ran > 0 && ran < 400, "both outcomes occur");
    }

    /// @dev Each call that starts has at least the floor, whatever the limit.
    function testFuzz_a_call_starts_with_at_least_the_floor(uint256 gasFloor, uint256 gasLimit) public {
        GasMeter meter = new GasMeter();
        _useVault(_callPolicy(address(meter), meter.work.selector));
        Action memory action = _action(address(meter), 0, abi.encodeCall(meter.work, (10_000)));
        action.gasFloor = _between(gasFloor, 0, 1_000_000);
        bytes32 id = _submitReady(action);
        bytes memory signature = _authorization(id);
        try vault.execute{gas: _between(gasLimit, 100_000, 1_500_000)}(id, action, signature) {
            vm.assertGe(meter.gasAtStart(), action.gasFloor, "floor");
        } catch {
            vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "ready");
        }
    }

    function test_a_floor_beyond_all_gas_is_refused_by_name() public {
        Action memory action = _transfer(1);
        action.gasFloor = type(uint256).max;
        bytes32 id = _submitReady(action);
        vm.assertEq(bytes32(_executeSelector(id, action)), bytes32(IAgentVault.VaultGasTooLow.selector), "gas too low");
    }

    /// @dev A token's balance is read with a fixed amount of gas, so that the submitter cannot make the reading fail.
    function test_a_submitter_cannot_hide_an_outflow_by_giving_little_gas() public {
        SweepableToken sweepable = new SweepableToken();
        _useVault(_tokenPolicy(address(sweepable), sweepable.sweep.selector));
        sweepable.mint(address(vault), 5_000);
        Action memory action = _action(address(sweepable), 0, abi.encodeCall(sweepable.sweep, (RECIPIENT, 1_001)));
        bytes32 id = _submitReady(action);
        bytes memory signature = _authorization(id);
        for (uint256 i = 0; i < 300; ++i) {
            (bool success, ) = address(vault).call{gas: 60_000 + i * 2_000}(
                abi.encodeCall(vault.execute, (id, action, signature))
            );
            vm.assertTrue(!success, "1,001 exceed the cap at every limit");
        }
    }

    // ---- callees: large answers ----

    function test_a_large_answer_costs_the_vault_nothing() public {
        _assertBoundedCost(false);
    }

    function test_a_large_revert_reason_costs_the_vault_nothing() public {
        _assertBoundedCost(true);
    }

    /// @dev What the vault spends beyond what the callee spends is about the same for nothing and for a megabyte.
    function _assertBoundedCost(bool shouldRevert) private {
        ReturnBomb bomb = new ReturnBomb();
        _useVault(_callPolicy(address(bomb), bomb.explode.selector));
        // Up to 256 bytes of a reason are passed on, and paid for.
        uint256 small = _ownCost(bomb, 256, shouldRevert);
        vm.assertLe(_ownCost(bomb, 0, shouldRevert), small, "own cost of nothing");
        for (uint256 size = 1; size <= BIGGEST_ANSWER; size *= 2) {
            vm.assertLe(_ownCost(bomb, size, shouldRevert), small + 3_000, "own cost");
        }
    }

    function _ownCost(ReturnBomb bomb, uint256 size, bool shouldRevert) private returns (uint256) {
        bytes memory data = abi.encodeCall(bomb.explode, (size, shouldRevert));
        Action memory action = _action(address(bomb), 0, data);
        bytes32 id = _submitReady(action);
        bytes memory call = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        uint256 before = vm.snapshotState();
        uint256 total = _gasOf(address(vault), call, !shouldRevert);
        vm.revertToState(before);
        return total - _gasOf(address(bomb), data, !shouldRevert);
    }

    function _gasOf(address target, bytes memory data, bool expected) private returns (uint256 used) {
        bool success;
        assembly ("memory-safe") {
            let start := gas()
            success := call(gas(), target, 0, add(data, 0x20), mload(data), 0, 0)
            used := sub(start, gas())
        }
        vm.assertEq(success, expected, "outcome");
    }

    function test_a_revert_reason_is_passed_on_up_to_256_bytes() public {
        ReturnBomb bomb = new ReturnBomb();
        _useVault(_callPolicy(address(bomb), bomb.explode.selector));
        uint256[4] memory sizes = [uint256(0), 255, 256, 10_000];
        for (uint256 i = 0; i < sizes.length; ++i) {
            Action memory action = _action(address(bomb), 0, abi.encodeCall(bomb.explode, (sizes[i], true)));
            bytes memory reason = new bytes(sizes[i] > 256 ? 256 : sizes[i]);
            // The scratch space the bomb returns begins with zeroes up to the free memory pointer's slot.
            if (reason.length > 95) reason[95] = 0x80;
            _assertExecuteReverts(
                action,
                abi.encodeWithSelector(IAgentVault.VaultCallFailed.selector, 0, address(bomb), reason)
            );
        }
    }

    // ---- callees: re-entrancy ----

    function test_the_same_decision_cannot_be_executed_from_inside() public {
        (CallingBack callee, bytes32 id, Action memory action) = _callingBack();
        bytes memory signature = _authorization(id);
        callee.prepare(address(vault), abi.encodeCall(vault.execute, (id, action, signature)));
        vault.execute(id, action, signature);
        _assertReentryRefused(callee);
    }

    function test_another_decision_cannot_be_executed_from_inside_but_right_after() public {
        (CallingBack callee, bytes32 id, Action memory action) = _callingBack();
        Action memory otherAction = _action(RECIPIENT, 5, "");
        bytes32 other = _submitReady(otherAction);
        bytes memory call = abi.encodeCall(vault.execute, (other, otherAction, _authorization(other)));
        callee.prepare(address(vault), call);
        _execute(id, action);
        _assertReentryRefused(callee);
        vm.assertTrue(decisions.stateOf(other) == DecisionState.Ready, "not blocked");
        (bool success, ) = address(vault).call(call);
        vm.assertTrue(success, "right after");
    }

    function test_from_inside_nobody_has_more_rights_than_outside() public {
        (CallingBack callee, bytes32 id, Action memory action) = _callingBack();
        bytes32 pending = _submit(_action(RECIPIENT, 1, ""));
        callee.prepare(address(decisions), abi.encodeCall(decisions.cancel, (pending)));
        _execute(id, action);
        vm.assertEq(bytes32(callee.reason()), bytes32(IDecisionRegistry.DecisionNotSubmitter.selector), "cancel");
        vm.assertTrue(decisions.stateOf(pending) == DecisionState.Pending, "pending");
    }

    function test_marking_from_inside_is_refused() public {
        (CallingBack callee, bytes32 id, Action memory action) = _callingBack();
        bytes32 other = _submitReady(_action(RECIPIENT, 1, ""));
        callee.prepare(address(decisions), abi.encodeCall(decisions.markExecuted, (other)));
        _execute(id, action);
        vm.assertEq(bytes32(callee.reason()), bytes32(IDecisionRegistry.DecisionNotVault.selector), "mark");
    }

    function test_a_guardian_inside_a_call_vetoes_what_it_could_veto_outside() public {
        CallingBack callee = new CallingBack();
        AgentTerms memory terms = _terms();
        terms.guardian = address(callee);
        (agentId, vault) = _foundAgent(terms, _callPolicy(address(callee), callee.poke.selector));
        Action memory action = _action(address(callee), 0, abi.encodeCall(callee.poke, ()));
        bytes32 id = _submitReady(action);
        bytes32 approved = _submitApproved(_action(RECIPIENT, 1, ""));
        callee.prepare(address(decisions), abi.encodeCall(decisions.veto, (approved)));
        _execute(id, action);
        vm.assertTrue(decisions.stateOf(approved) == DecisionState.Vetoed, "vetoed");
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Executed, "executed");
    }

    function test_the_executing_decision_cannot_be_vetoed_from_inside() public {
        CallingBack callee = new CallingBack();
        AgentTerms memory terms = _terms();
        terms.guardian = address(callee);
        (agentId, vault) = _foundAgent(terms, _callPolicy(address(callee), callee.poke.selector));
        Action memory action = _action(address(callee), 0, abi.encodeCall(callee.poke, ()));
        bytes32 id = _submitReady(action);
        callee.prepare(address(decisions), abi.encodeCall(decisions.veto, (id)));
        _execute(id, action);
        vm.assertEq(
            bytes32(callee.reason()),
            bytes32(IDecisionRegistry.DecisionUnexpectedState.selector),
            "it is executed already"
        );
    }

    function test_an_epoch_that_changes_from_inside_leaves_the_execution_as_it_is() public {
        (CallingBack callee, bytes32 id, Action memory action) = _callingBack();
        bytes memory signature = _authorization(id);
        uint64 next = _proposeEpoch(committeeId, 0x201, FIRST_MEMBER);
        for (uint16 i = 0; i < MEMBERS; ++i) _confirm(committeeId, next, i, 0x201 + i, 0x9002);
        bytes memory proof = _sign(0x9002, _possessionDigest(committeeId, next));
        callee.prepare(address(committees), abi.encodeCall(committees.activateEpoch, (committeeId, next, proof)));
        vault.execute(id, action, signature);
        vm.assertTrue(callee.hasSucceeded(), "activated");
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Executed, "executed");
    }

    // ---- tokens ----

    function test_a_token_without_an_answer_works() public {
        NoReturnToken mute = new NoReturnToken();
        _useVault(_tokenPolicy(address(mute), TestToken(address(mute)).transfer.selector));
        mute.mint(address(vault), 10);
        _run(_action(address(mute), 0, abi.encodeCall(token.transfer, (RECIPIENT, 4))));
        vm.assertEq(mute.balanceOf(RECIPIENT), 4, "received");
    }

    function test_a_token_that_says_false_is_a_failure() public {
        FalseReturnToken liar = new FalseReturnToken();
        _useVault(_tokenPolicy(address(liar), liar.transfer.selector));
        _assertExecuteReverts(
            _action(address(liar), 0, abi.encodeCall(token.transfer, (RECIPIENT, 4))),
            abi.encodeWithSelector(IAgentVault.VaultTokenRefused.selector, 0, address(liar))
        );
    }

    function test_a_fee_on_top_is_charged_too() public {
        FeeOnTopToken costly = new FeeOnTopToken();
        _useVault(_tokenPolicy(address(costly), costly.transfer.selector));
        costly.mint(address(vault), 10_000);
        _run(_action(address(costly), 0, abi.encodeCall(token.transfer, (RECIPIENT, 993))));
        vm.assertEq(vault.spentInWindow(address(costly)), 1_000, "amount and fee");
        _assertExecuteReverts(
            _action(address(costly), 0, abi.encodeCall(token.transfer, (RECIPIENT, 994))),
            abi.encodeWithSelector(IAgentVault.VaultTransactionCapExceeded.selector, address(costly), 1_001, 1_000)
        );
    }

    function test_an_outflow_that_is_not_decoded_is_measured() public {
        SweepableToken sweepable = new SweepableToken();
        _useVault(_tokenPolicy(address(sweepable), sweepable.sweep.selector));
        sweepable.mint(address(vault), 10_000);
        _run(_action(address(sweepable), 0, abi.encodeCall(sweepable.sweep, (RECIPIENT, 1_000))));
        vm.assertEq(vault.spentInWindow(address(sweepable)), 1_000, "measured");
        _assertExecuteReverts(
            _action(address(sweepable), 0, abi.encodeCall(sweepable.sweep, (RECIPIENT, 1_001))),
            abi.encodeWithSelector(IAgentVault.VaultTransactionCapExceeded.selector, address(sweepable), 1_001, 1_000)
        );
    }

    function test_a_token_that_hides_its_balance_blocks_itself_only() public {
        for (uint256 manner = 0; manner < 3; ++manner) {
            MuteToken mute = new MuteToken(MuteToken.Manner(manner));
            Policy memory policy = _policy();
            policy.calls[1] = callRule(address(mute), mute.transfer.selector);
            policy.assets[1].asset = address(mute);
            _useVault(policy);
            mute.mint(address(vault), 10);
            _run(_transfer(1));
            bytes memory unreadable = abi.encodeWithSelector(
                IAgentVault.VaultBalanceUnreadable.selector,
                address(mute)
            );
            _assertExecuteReverts(
                _action(address(mute), 0, abi.encodeCall(token.transfer, (RECIPIENT, 1))),
                unreadable
            );
            Action memory bounded = _transfer(1);
            bounded.bounds = new Bound[](1);
            bounded.bounds[0] = Bound(address(mute), 0, 0);
            _assertExecuteReverts(bounded, unreadable);
        }
    }

    // ---- helpers ----

    function _callPolicy(address target, bytes4 selector) private pure returns (Policy memory policy) {
        policy.calls = new CallRule[](2);
        policy.calls[0] = callRule(target, selector);
        policy.calls[1] = callRule(RECIPIENT, bytes4(0));
        policy.assets = new AssetRule[](1);
        policy.assets[0] = assetRule(address(0), 1 ether, 2 ether, 1 days);
    }

    function _tokenPolicy(address asset, bytes4 selector) private pure returns (Policy memory policy) {
        policy = _callPolicy(asset, selector);
        policy.assets[0] = assetRule(asset, 1_000, 2_500, 1 days);
    }

    function _callingBack() private returns (CallingBack callee, bytes32 id, Action memory action) {
        callee = new CallingBack();
        _useVault(_callPolicy(address(callee), callee.poke.selector));
        action = _action(address(callee), 0, abi.encodeCall(callee.poke, ()));
        id = _submitReady(action);
    }

    function _assertReentryRefused(CallingBack callee) private view {
        vm.assertEq(callee.calls(), 1, "called once");
        vm.assertEq(
            bytes32(callee.reason()),
            bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
            "re-entry"
        );
    }

    function _executeSelector(bytes32 id, Action memory action) private returns (bytes4) {
        return _selectorOfRevert(address(vault), abi.encodeCall(vault.execute, (id, action, _authorization(id))));
    }

    function _assertExecuteReverts(Action memory action, bytes memory reason) private {
        bytes32 id = _submitReady(action);
        _assertReverts(address(vault), abi.encodeCall(vault.execute, (id, action, _authorization(id))), reason);
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "ready");
    }
}
