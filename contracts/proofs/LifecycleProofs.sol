// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Lifecycle} from "../src/libraries/Lifecycle.sol";
import {DecisionState} from "../src/types/Decision.sol";

/// @notice Rules of a decision's life, each for all facts and all times, proved of the library that the registry runs. Each
/// is a contract of its own, so that it can be proved alone.
abstract contract Rule {
    function _isOpen(DecisionState state) internal pure returns (bool) {
        return state == DecisionState.Pending || state == DecisionState.Approved || state == DecisionState.Ready;
    }
}

/// @notice P1: executed says exactly that it was executed.
contract ExecutedExactlyWhenExecuted is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        assert((Lifecycle.stateAt(facts, time) == DecisionState.Executed) == (facts.executedAt != 0));
    }
}

/// @notice P2: what is ready has an approving result.
contract ReadyImpliesApproved is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (Lifecycle.stateAt(facts, time) == DecisionState.Ready) assert(facts.resolvedAt != 0 && facts.reply);
    }
}

/// @notice P3: what is ready was neither cancelled nor vetoed nor executed.
contract ReadyImpliesNotClosed is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (Lifecycle.stateAt(facts, time) != DecisionState.Ready) return;
        assert(facts.cancelledAt == 0 && facts.vetoedAt == 0 && facts.executedAt == 0);
    }
}

/// @notice P4: ready only from the end of the veto window to the deadline.
contract ReadyOnlyInItsTime is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (Lifecycle.stateAt(facts, time) != DecisionState.Ready) return;
        assert(time >= facts.readyAt && time <= facts.deadline);
    }
}

/// @notice P5: nothing is open after its deadline.
contract NothingIsOpenAfterItsDeadline is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (time > facts.deadline) assert(!_isOpen(Lifecycle.stateAt(facts, time)));
    }
}

/// @notice P6: nothing is open once its epoch was retired in time.
contract NothingIsOpenInARetiredEpoch is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (facts.epochRetiredAt == 0 || facts.epochRetiredAt > facts.deadline) return;
        assert(!_isOpen(Lifecycle.stateAt(facts, time)));
    }
}

/// @notice P7: a negative result ends a decision for good.
contract RejectedIsNeverOpen is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (facts.resolvedAt != 0 && !facts.reply) assert(!_isOpen(Lifecycle.stateAt(facts, time)));
    }
}

/// @notice P8: a final state stays, however time passes and whatever the world adds: a retirement or a move of the
/// sequence that happens now or later. All else can only be added to open decisions.
contract FinalStatesAreFinal is Rule {
    function rule(
        Lifecycle.Facts memory facts,
        uint256 time,
        uint256 later,
        uint64 retiredAt,
        uint64 movedAt
    ) external pure {
        DecisionState state = Lifecycle.stateAt(facts, time);
        if (_isOpen(state) || later < time) return;
        if (facts.epochRetiredAt == 0 && retiredAt >= time) facts.epochRetiredAt = retiredAt;
        if (facts.sequenceMovedAt == 0 && movedAt >= time) facts.sequenceMovedAt = movedAt;
        assert(Lifecycle.stateAt(facts, later) == state);
    }
}

/// @notice P9: with no new fact, time alone moves an open decision forward only.
contract TimeMovesForward is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time, uint256 later) external pure {
        if (later < time) return;
        DecisionState before = Lifecycle.stateAt(facts, time);
        DecisionState present = Lifecycle.stateAt(facts, later);
        if (before == DecisionState.Pending) assert(present == before || present == DecisionState.Expired);
        if (before == DecisionState.Approved) assert(present != DecisionState.Pending);
        if (before == DecisionState.Ready) assert(present == before || present == DecisionState.Expired);
    }
}

/// @notice P10: the sequence binds pending decisions only.
contract TheSequenceDoesNotTouchResults is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time, uint64 movedAt) external pure {
        if (facts.resolvedAt == 0) return;
        DecisionState state = Lifecycle.stateAt(facts, time);
        facts.sequenceMovedAt = movedAt;
        assert(Lifecycle.stateAt(facts, time) == state);
    }
}

/// @notice P11: nobody can keep a decision from its end: whatever an approved decision without a veto waits for, between
/// the window and the deadline it is ready, if its epoch stands.
contract ApprovedBecomesReady is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (facts.resolvedAt == 0 || !facts.reply || facts.epochRetiredAt != 0) return;
        if (facts.executedAt != 0 || facts.vetoedAt != 0 || facts.cancelledAt != 0) return;
        if (time < facts.readyAt || time > facts.deadline) return;
        assert(Lifecycle.stateAt(facts, time) == DecisionState.Ready);
    }
}

/// @notice P12: a veto always shows, unless it was executed before.
contract VetoedIsVetoed is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (facts.vetoedAt == 0 || facts.executedAt != 0) return;
        assert(Lifecycle.stateAt(facts, time) == DecisionState.Vetoed);
    }
}

/// @notice P13: a pending decision is pending up to the last second of its deadline.
contract PendingUntilItsDeadline is Rule {
    function rule(Lifecycle.Facts memory facts, uint256 time) external pure {
        if (facts.resolvedAt != 0 || facts.executedAt != 0 || facts.vetoedAt != 0 || facts.cancelledAt != 0) return;
        if (facts.sequenceMovedAt != 0 || facts.epochRetiredAt != 0 || time > facts.deadline) return;
        assert(Lifecycle.stateAt(facts, time) == DecisionState.Pending);
    }
}
