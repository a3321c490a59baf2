// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DecisionState} from "../types/Decision.sol";

/// @title The state of a decision as a function of facts and time
/// @notice Facts are only ever added, and each carries the time at which it was added. What ends a decision is compared
/// with its deadline, not with the present, so that a final state never changes: a fact added after the deadline
/// cannot reach back before it.
library Lifecycle {
    /// @notice What the state depends on. Times are zero when the thing has not happened.
    /// @param reply The canonical reply, when `resolvedAt` is not zero.
    /// @param deadline Last second at which the decision is open.
    /// @param resolvedAt Time of the canonical result.
    /// @param readyAt First second after the veto window, when approved.
    /// @param executedAt Time of execution.
    /// @param cancelledAt Time of cancellation.
    /// @param vetoedAt Time of the veto.
    /// @param sequenceMovedAt Time at which the agent's sequence left the expected one.
    /// @param epochRetiredAt Time at which the decision's epoch was retired.
    struct Facts {
        bool reply;
        uint64 deadline;
        uint64 resolvedAt;
        uint64 readyAt;
        uint64 executedAt;
        uint64 cancelledAt;
        uint64 vetoedAt;
        uint64 sequenceMovedAt;
        uint64 epochRetiredAt;
    }

    /// @notice State at `time`, which must not lie before any of the facts.
    function stateAt(Facts memory facts, uint256 time) internal pure returns (DecisionState) {
        if (facts.executedAt != 0) return DecisionState.Executed;
        if (facts.vetoedAt != 0) return DecisionState.Vetoed;
        if (facts.cancelledAt != 0) return DecisionState.Cancelled;
        if (facts.resolvedAt != 0 && !facts.reply) return DecisionState.Rejected;
        if (_happenedInTime(facts.epochRetiredAt, facts.deadline)) return DecisionState.Stale;
        bool isPending = facts.resolvedAt == 0;
        if (isPending && _happenedInTime(facts.sequenceMovedAt, facts.deadline)) return DecisionState.Stale;
        if (time > facts.deadline) return DecisionState.Expired;
        if (isPending) return DecisionState.Pending;
        return time < facts.readyAt ? DecisionState.Approved : DecisionState.Ready;
    }

    function _happenedInTime(uint64 time, uint64 deadline) private pure returns (bool) {
        return time != 0 && time <= deadline;
    }
}
