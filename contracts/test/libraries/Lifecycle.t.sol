// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Lifecycle} from "../../src/libraries/Lifecycle.sol";
import {DecisionState} from "../../src/types/Decision.sol";
import {Test} from "../utils/Test.sol";

contract LifecycleTest is Test {
    uint64 private constant DEADLINE = 1_000;

    function _open() private pure returns (Lifecycle.Facts memory facts) {
        facts.deadline = DEADLINE;
    }

    function _approved() private pure returns (Lifecycle.Facts memory facts) {
        facts = _open();
        facts.reply = true;
        facts.resolvedAt = 100;
        facts.readyAt = 200;
    }

    function _assertState(Lifecycle.Facts memory facts, uint256 time, DecisionState expected) private pure {
        vm.assertEq(uint256(Lifecycle.stateAt(facts, time)), uint256(expected), "state");
    }

    function test_an_open_decision_is_pending_until_its_deadline() public pure {
        _assertState(_open(), DEADLINE, DecisionState.Pending);
        _assertState(_open(), DEADLINE + 1, DecisionState.Expired);
    }

    function test_an_approved_decision_waits_for_its_veto_window() public pure {
        _assertState(_approved(), 199, DecisionState.Approved);
        _assertState(_approved(), 200, DecisionState.Ready);
        _assertState(_approved(), DEADLINE, DecisionState.Ready);
        _assertState(_approved(), DEADLINE + 1, DecisionState.Expired);
    }

    function test_a_negative_reply_is_final() public pure {
        Lifecycle.Facts memory facts = _open();
        facts.resolvedAt = 100;
        _assertState(facts, 100, DecisionState.Rejected);
        _assertState(facts, DEADLINE + 1, DecisionState.Rejected);
    }

    function test_staleness_counts_up_to_the_deadline() public pure {
        Lifecycle.Facts memory facts = _open();
        facts.sequenceMovedAt = DEADLINE;
        _assertState(facts, DEADLINE, DecisionState.Stale);
        facts.sequenceMovedAt = DEADLINE + 1;
        _assertState(facts, DEADLINE + 1, DecisionState.Expired);
        facts.epochRetiredAt = DEADLINE + 1;
        _assertState(facts, DEADLINE + 1, DecisionState.Expired);
        facts.epochRetiredAt = DEADLINE;
        _assertState(facts, DEADLINE + 1, DecisionState.Stale);
    }

    function test_an_approved_decision_is_bound_to_its_epoch_but_no_longer_to_the_sequence() public pure {
        Lifecycle.Facts memory facts = _approved();
        facts.sequenceMovedAt = 150;
        _assertState(facts, 200, DecisionState.Ready);
        facts.epochRetiredAt = 150;
        _assertState(facts, 200, DecisionState.Stale);
    }

    function test_what_was_done_stays_done() public pure {
        Lifecycle.Facts memory facts = _approved();
        facts.epochRetiredAt = 300;
        facts.executedAt = 250;
        _assertState(facts, DEADLINE + 1, DecisionState.Executed);
        facts.executedAt = 0;
        facts.vetoedAt = 150;
        _assertState(facts, DEADLINE + 1, DecisionState.Vetoed);
        facts = _open();
        facts.cancelledAt = 50;
        facts.sequenceMovedAt = 60;
        _assertState(facts, DEADLINE + 1, DecisionState.Cancelled);
    }

    /// @dev Whatever the world adds later, and however late one looks, a final state does not change. Times are folded
    /// into a short range, so that all orders and equalities of them occur.
    function testFuzz_final_states_are_final(Lifecycle.Facts memory facts, uint8 time, uint8 later) public pure {
        time = 1 + (time % 16);
        later = time + (later % 16);
        Lifecycle.Facts memory known = _foldInto(facts, time);
        DecisionState state = Lifecycle.stateAt(known, time);
        vm.assume(uint256(state) > uint256(DecisionState.Ready));
        if (known.sequenceMovedAt == 0) known.sequenceMovedAt = uint64(_between(facts.sequenceMovedAt, time, later));
        if (known.epochRetiredAt == 0) known.epochRetiredAt = uint64(_between(facts.epochRetiredAt, time, later));
        _assertState(known, later, state);
    }

    /// @dev Facts up to `time`; about half of them have not happened.
    function _foldInto(Lifecycle.Facts memory facts, uint8 time) private pure returns (Lifecycle.Facts memory known) {
        known.reply = facts.reply;
        known.deadline = facts.deadline % 32;
        known.resolvedAt = _maybe(facts.resolvedAt, time);
        known.readyAt = known.resolvedAt + (facts.readyAt % 8);
        known.executedAt = _maybe(facts.executedAt, time);
        known.cancelledAt = _maybe(facts.cancelledAt, time);
        known.vetoedAt = _maybe(facts.vetoedAt, time);
        known.sequenceMovedAt = _maybe(facts.sequenceMovedAt, time);
        known.epochRetiredAt = _maybe(facts.epochRetiredAt, time);
    }

    function _maybe(uint64 value, uint8 time) private pure returns (uint64) {
        return value % 2 == 0 ? 0 : uint64(_between(value / 2, 1, time));
    }
}
