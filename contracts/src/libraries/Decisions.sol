// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DecisionView} from "../types/Decision.sol";
import {Agents} from "./Agents.sol";
import {Lifecycle} from "./Lifecycle.sol";

/// @title One decision: its stored facts
library Decisions {
    using Agents for Agents.Agent;

    /// @notice What ended a decision beside its result and time. At most one of them happens, once.
    enum Closing {
        None,
        Cancelled,
        Vetoed,
        Executed
    }

    /// @notice What happened after the submission, in one storage word that is not zero from the submission on: writing
    /// to it costs a quarter. Members number at most 64, times take 40 bits and the epoch 32.
    struct Course {
        uint64 expectedSequence;
        uint64 attesters;
        uint32 epoch;
        uint40 resolvedAt;
        uint40 closedAt;
        Closing closing;
        bool reply;
    }

    /// @notice Stored facts of one decision. `submitter` is never zero once it exists; times are zero until the thing
    /// happened.
    struct Decision {
        bytes32 agentId;
        bytes32 payloadHash;
        bytes32 policyHash;
        bytes32 resultHash;
        address submitter;
        uint40 deadline;
        uint40 submittedAt;
        Course course;
    }

    /// @notice Records what ended the decision, now.
    function close(Decision storage self, Closing closing) internal {
        self.course.closing = closing;
        self.course.closedAt = uint40(block.timestamp);
    }

    /// @notice What the decision's state depends on.
    /// @param epochRetiredAt Time at which the decision's epoch was retired, zero if it was not.
    function toFacts(
        Decision storage self,
        Agents.Agent storage agent,
        uint64 epochRetiredAt
    ) internal view returns (Lifecycle.Facts memory facts) {
        Course memory course = self.course;
        facts.reply = course.reply;
        facts.deadline = self.deadline;
        facts.resolvedAt = course.resolvedAt;
        facts.readyAt = readyAt(course, agent);
        facts.executedAt = _closedAt(course, Closing.Executed);
        facts.cancelledAt = _closedAt(course, Closing.Cancelled);
        facts.vetoedAt = _closedAt(course, Closing.Vetoed);
        facts.sequenceMovedAt = agent.movedPast(course.expectedSequence);
        facts.epochRetiredAt = epochRetiredAt;
    }

    /// @notice First second after the veto window, zero when the decision is not approved.
    function readyAt(Course memory course, Agents.Agent storage agent) internal view returns (uint64) {
        return course.reply ? uint64(course.resolvedAt) + agent.vetoWindow : 0;
    }

    /// @notice All facts, with the state that follows from them now.
    /// @param epochRetiredAt As above.
    function toView(
        Decision storage self,
        Agents.Agent storage agent,
        uint64 epochRetiredAt
    ) internal view returns (DecisionView memory decision) {
        Course memory course = self.course;
        Lifecycle.Facts memory facts = toFacts(self, agent, epochRetiredAt);
        decision.state = Lifecycle.stateAt(facts, block.timestamp);
        decision.reply = facts.reply;
        decision.agentId = self.agentId;
        decision.committeeId = agent.committeeId;
        decision.epoch = course.epoch;
        decision.submitter = self.submitter;
        decision.payloadHash = self.payloadHash;
        decision.policyHash = self.policyHash;
        decision.deadline = facts.deadline;
        decision.expectedSequence = course.expectedSequence;
        decision.submittedAt = self.submittedAt;
        decision.resolvedAt = facts.resolvedAt;
        decision.readyAt = facts.readyAt;
        decision.executedAt = facts.executedAt;
        decision.cancelledAt = facts.cancelledAt;
        decision.vetoedAt = facts.vetoedAt;
        decision.resultHash = self.resultHash;
        decision.attesters = course.attesters;
    }

    function _closedAt(Course memory course, Closing closing) private pure returns (uint64) {
        return course.closing == closing ? course.closedAt : 0;
    }
}
