// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDecisionRegistry} from "../src/interfaces/IDecisionRegistry.sol";
import {Action} from "../src/types/Action.sol";
import {AgentTerms, DecisionState} from "../src/types/Decision.sol";
import {World} from "./utils/World.sol";

/// @notice What a guardian can hold up, and for how long at most.
contract GuardianTest is World {
    uint256 private constant MAX_PAUSE = 14 days;
    uint256 private constant PAUSE_GAP = 30 days;
    uint256 private constant VETO_PERIOD = 30 days;

    event AgentPaused(bytes32 indexed agentId, uint64 until);
    event AgentUnpaused(bytes32 indexed agentId);

    // ---- pause ----

    function test_a_pause_holds_executions_back_and_ends_by_itself() public {
        bytes32 id = _submitReady(_transfer(1));
        uint64 until = _now() + 2 hours;
        vm.expectEmit(true, true, true, true, address(decisions));
        emit AgentPaused(agentId, until);
        _pause(until);
        vm.assertEq(decisions.agentOf(agentId).pausedUntil, until, "until");
        vm.warp(until - 1);
        _assertReverts(address(vault), _executeCall(id, _transfer(1)), _paused(until));
        _assertState(id, DecisionState.Ready);
        vm.warp(until);
        _execute(id, _transfer(1));
        _assertState(id, DecisionState.Executed);
    }

    function test_the_guardian_alone_pauses_and_unpauses() public {
        bytes memory stranger = abi.encodeWithSelector(
            IDecisionRegistry.DecisionNotGuardian.selector,
            address(this),
            GUARDIAN
        );
        _assertReverts(address(decisions), _pauseCall(_now() + 1), stranger);
        _pause(_now() + 1 hours);
        _assertReverts(address(decisions), abi.encodeCall(decisions.unpause, (agentId)), stranger);
    }

    function test_an_unknown_agent_cannot_be_paused() public {
        bytes32 unknown = keccak256("unknown");
        bytes memory reason = abi.encodeWithSelector(IDecisionRegistry.DecisionAgentUnknown.selector, unknown);
        _assertReverts(address(decisions), abi.encodeCall(decisions.pause, (unknown, _now() + 1)), reason);
        _assertReverts(address(decisions), abi.encodeCall(decisions.unpause, (unknown)), reason);
    }

    /// @dev Taken exactly from the next second to 14 days from now.
    function testFuzz_a_pause_has_14_days_at_most(uint64 until) public {
        if (until % 4 != 0) until = uint64(_between(until, START - 1, START + MAX_PAUSE + 1 days));
        if (until > START && until <= START + MAX_PAUSE) return _pause(until);
        _assertRevertsFor(
            GUARDIAN,
            address(decisions),
            _pauseCall(until),
            abi.encodeWithSelector(IDecisionRegistry.DecisionPauseInvalid.selector, until, START + MAX_PAUSE)
        );
    }

    function test_there_is_no_pause_for_30_days_after_one() public {
        _pause(_now() + MAX_PAUSE);
        uint256 end = START + MAX_PAUSE;
        uint256[3] memory times = [START + 1, end, end + PAUSE_GAP - 1];
        for (uint256 i = 0; i < times.length; ++i) {
            vm.warp(times[i]);
            _assertRevertsFor(GUARDIAN, address(decisions), _pauseCall(times[i] + 1), _usedUp(end + PAUSE_GAP));
        }
        vm.warp(end + PAUSE_GAP);
        _pause(end + PAUSE_GAP + MAX_PAUSE);
    }

    function test_a_pause_ended_early_counts_from_its_end() public {
        bytes32 id = _submitReady(_transfer(1));
        _pause(_now() + MAX_PAUSE);
        vm.warp(block.timestamp + 1 hours);
        vm.expectEmit(true, true, true, true, address(decisions));
        emit AgentUnpaused(agentId);
        _unpause();
        uint256 end = block.timestamp;
        _execute(id, _transfer(1));
        _assertRevertsFor(GUARDIAN, address(decisions), _pauseCall(end + 1), _usedUp(end + PAUSE_GAP));
        vm.warp(end + PAUSE_GAP);
        _pause(end + PAUSE_GAP + 1);
    }

    function test_what_is_not_paused_cannot_be_unpaused() public {
        bytes memory reason = abi.encodeWithSelector(IDecisionRegistry.DecisionAgentNotPaused.selector, agentId);
        bytes memory call = abi.encodeCall(decisions.unpause, (agentId));
        _assertRevertsFor(GUARDIAN, address(decisions), call, reason);
        _pause(_now() + 1 hours);
        vm.warp(block.timestamp + 1 hours);
        _assertRevertsFor(GUARDIAN, address(decisions), call, reason);
    }

    /// @dev Asking, answering, taking back and vetoing go on, as does every other agent.
    function test_a_pause_holds_back_nothing_but_executions_of_its_agent() public {
        bytes32 paused = agentId;
        _pause(_now() + MAX_PAUSE);
        decisions.cancel(_submit(_transfer(1)));
        _resolve(_submit(_transfer(2)), false);
        bytes32 vetoed = _submitApproved(_transfer(3));
        vm.prank(GUARDIAN);
        decisions.veto(vetoed);
        _assertState(_submitReady(_transfer(4)), DecisionState.Ready);
        _useVault(_policy());
        _run(_transfer(5));
        vm.assertTrue(decisions.agentOf(paused).pausedUntil > block.timestamp, "still paused");
    }

    // ---- the bound of all delays ----

    /// @dev The longest that one guardian can hold one payload back, with the longest veto window: it vetoes for 30 days,
    /// and pauses at the second in which the first decision that it cannot veto becomes Ready.
    function test_the_longest_delay_is_30_days_one_veto_window_and_one_pause() public {
        _useVetoWindow(14 days);
        Action memory action = _transfer(1);
        for (uint256 day = 0; day <= 30; ++day) {
            vm.warp(START + day * 1 days);
            _veto(_approveFor(action, 30 days));
        }
        vm.warp(START + VETO_PERIOD + 1);
        bytes32 id = _approveFor(action, 30 days);
        vm.assertEq(_vetoSelector(id), IDecisionRegistry.DecisionVetoesUsedUp.selector, "no veto any more");
        vm.warp(block.timestamp + 14 days);
        _pause(block.timestamp + MAX_PAUSE);
        vm.assertEq(_executeSelector(id, action), IDecisionRegistry.DecisionAgentPaused.selector, "paused");
        vm.assertEq(_vetoSelector(id), IDecisionRegistry.DecisionUnexpectedState.selector, "ready: no veto");
        vm.warp(block.timestamp + MAX_PAUSE);
        _execute(id, action);
        vm.assertEq(block.timestamp, START + VETO_PERIOD + 1 + 14 days + MAX_PAUSE, "58 days");
    }

    /// @dev Whenever the guardian pauses, and for how long: who asks every day is through within the bound.
    function test_no_time_of_the_pause_makes_the_delay_longer() public {
        uint256[8] memory starts = [uint256(0), 10, 16, 17, 29, 30, 31, 40];
        uint256[3] memory lengths = [uint256(1 days), 7 days, 14 days];
        for (uint256 i = 0; i < starts.length * lengths.length; ++i) {
            uint256 fresh = vm.snapshotState();
            uint256 day = _daysUntilExecuted(starts[i / lengths.length], lengths[i % lengths.length]);
            vm.assertLe(day, (VETO_PERIOD + MAX_PAUSE) / 1 days + 1, "days");
            vm.revertToState(fresh);
        }
    }

    // ---- the way out ----

    /// @dev From each state of a decision, paused or not: submit another one, have it approved, wait, execute.
    function test_from_every_state_some_action_leads_to_withdrawal() public {
        for (uint256 i = 0; i < 2 * 9; ++i) {
            uint256 fresh = vm.snapshotState();
            bytes32 id = _bringTo(DecisionState(i % 9));
            _assertState(id, DecisionState(i % 9));
            if (i >= 9) {
                _pause(_now() + MAX_PAUSE);
                vm.warp(block.timestamp + MAX_PAUSE);
            }
            uint256 before = token.balanceOf(RECIPIENT);
            _run(_transfer(1_000));
            vm.assertEq(token.balanceOf(RECIPIENT), before + 1_000, "withdrawn");
            vm.revertToState(fresh);
        }
    }

    // ---- helpers ----

    function _bringTo(DecisionState state) private returns (bytes32 id) {
        Action memory action = _transfer(7);
        id = _submit(action, 0);
        if (state == DecisionState.Pending) return id;
        if (state == DecisionState.Stale) {
            _resolve(_submit(action), false);
        } else if (state == DecisionState.Rejected) {
            _resolve(id, false);
        } else if (state == DecisionState.Cancelled) {
            decisions.cancel(id);
        } else if (state == DecisionState.Expired) {
            vm.warp(block.timestamp + LIFETIME + 1);
        } else {
            _resolve(id, true);
            if (state == DecisionState.Vetoed) _veto(id);
            if (state == DecisionState.Ready || state == DecisionState.Executed) vm.warp(START + VETO_WINDOW);
            if (state == DecisionState.Executed) _execute(id, action);
        }
    }

    /// @dev The guardian vetoes whatever it may, and pauses once; each day the payload is asked for anew.
    function _daysUntilExecuted(uint256 pauseDay, uint256 length) private returns (uint256 day) {
        Action memory action = _transfer(1);
        for (; ; ++day) {
            vm.warp(START + day * 1 days);
            if (day == pauseDay) _pause(block.timestamp + length);
            bytes32 id = _submitApproved(action);
            if (_vetoSelector(id) == 0) continue;
            vm.warp(block.timestamp + VETO_WINDOW);
            if (_executeSelector(id, action) == 0) return day;
        }
    }

    function _useVetoWindow(uint64 vetoWindow) private {
        AgentTerms memory terms = _terms();
        terms.vetoWindow = vetoWindow;
        (agentId, vault) = _foundAgent(terms, _policy());
        token.mint(address(vault), 1_000);
    }

    function _approveFor(Action memory action, uint64 lifetime) private returns (bytes32 id) {
        id = decisions.submit(agentId, action, _now() + lifetime, _anytime(), bytes32(block.timestamp));
        _resolve(id, true);
    }

    function _pause(uint256 until) private {
        vm.prank(GUARDIAN);
        decisions.pause(agentId, uint64(until));
    }

    function _unpause() private {
        vm.prank(GUARDIAN);
        decisions.unpause(agentId);
    }

    function _veto(bytes32 id) private {
        vm.prank(GUARDIAN);
        decisions.veto(id);
    }

    function _vetoSelector(bytes32 id) private returns (bytes4) {
        vm.prank(GUARDIAN);
        return _selectorOfRevert(address(decisions), abi.encodeCall(decisions.veto, (id)));
    }

    function _executeSelector(bytes32 id, Action memory action) private returns (bytes4) {
        return _selectorOfRevert(address(vault), _executeCall(id, action));
    }

    function _executeCall(bytes32 id, Action memory action) private view returns (bytes memory) {
        return abi.encodeCall(vault.execute, (id, action, _authorization(id)));
    }

    function _pauseCall(uint256 until) private view returns (bytes memory) {
        return abi.encodeCall(decisions.pause, (agentId, uint64(until)));
    }

    function _assertState(bytes32 id, DecisionState expected) private view {
        vm.assertEq(uint256(decisions.stateOf(id)), uint256(expected), "state");
    }

    function _paused(uint64 until) private view returns (bytes memory) {
        return abi.encodeWithSelector(IDecisionRegistry.DecisionAgentPaused.selector, agentId, until);
    }

    function _usedUp(uint256 from) private view returns (bytes memory) {
        return abi.encodeWithSelector(IDecisionRegistry.DecisionPausesUsedUp.selector, agentId, from);
    }
}
