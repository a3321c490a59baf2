// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ANY_SEQUENCE, Binding, Budget, DecisionView} from "../types/Decision.sol";
import {Agents} from "./Agents.sol";
import {Lifecycle} from "./Lifecycle.sol";

/// @title One decision: its stored facts
library Decisions {
    using Agents for Agents.Agent;

    /// @notice What ended a decision beside time. At most one of them happens, once.
    enum Closing {
        None,
        Cancelled,
        Rejected,
        Vetoed,
        Executed
    }

    /// @notice What an execution must know, in one storage word that is not zero from the submission on: writing to it
    /// costs a quarter. Members number at most 64, times take 40 bits, the epoch 32 and the veto window, 14 days at most,
    /// 24.
    /// @param readyAt First second after the veto window, zero unless approved; the result came a veto window earlier.
    /// @param attesters Bit i is set when member i attested the result.
    /// @param budgetCount For how many assets the decision has a budget, at most 32.
    struct Course {
        uint32 epoch;
        uint40 deadline;
        uint40 readyAt;
        uint40 closedAt;
        Closing closing;
        uint64 attesters;
        uint24 vetoWindow;
        uint8 budgetCount;
    }

    /// @notice Stored facts of one decision. `submitter` is never zero once it exists; times are zero until the thing
    /// happened. No agent has 2⁴⁰ results: the largest expected sequence stands for none.
    /// @param predecessor Read and written only if `hasPredecessor` says so.
    struct Decision {
        Course course;
        bytes32 agentId;
        bytes32 payloadHash;
        bytes32 policyHash;
        address submitter;
        uint40 submittedAt;
        uint40 expectedSequence;
        uint8 quorum;
        bool hasPredecessor;
        bytes32 resultHash;
        bytes32 predecessor;
        mapping(uint256 position => Budget) budgets;
    }

    /// @dev Stored in place of {ANY_SEQUENCE}.
    uint40 private constant UNBOUND = type(uint40).max;

    /// @notice Records the beginning of a decision's course, and its budgets.
    function open(Decision storage self, Course memory course, Budget[] memory budgets_) internal {
        // A vault's policy lists at most 32 assets; another vault's answer that does not fit is refused.
        course.budgetCount = SafeCast.toUint8(budgets_.length);
        self.course = course;
        for (uint256 i = 0; i < budgets_.length; ++i) {
            self.budgets[i] = budgets_[i];
        }
    }

    /// @notice The most that the decision may charge, per asset.
    function budgetsOf(Decision storage self) internal view returns (Budget[] memory list) {
        list = new Budget[](self.course.budgetCount);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = self.budgets[i];
        }
    }

    /// @notice Records what the decision is bound to from now on. Its expected sequence is the present one or
    /// {ANY_SEQUENCE}; the state root was checked and serves no more.
    function bind(Decision storage self, Binding memory binding) internal {
        uint64 sequence = binding.expectedSequence;
        self.expectedSequence = sequence == ANY_SEQUENCE ? UNBOUND : uint40(sequence);
        if (binding.predecessor == 0) return;
        self.hasPredecessor = true;
        self.predecessor = binding.predecessor;
    }

    /// @notice The agent's sequence that the decision expects, or {ANY_SEQUENCE}.
    function expected(Decision storage self) internal view returns (uint64) {
        uint40 sequence = self.expectedSequence;
        return sequence == UNBOUND ? ANY_SEQUENCE : sequence;
    }

    /// @notice Records an approval, now.
    function approve(Decision storage self, uint64 attesters, bytes32 resultHash) internal {
        Course memory course = self.course;
        course.attesters = attesters;
        course.readyAt = uint40(block.timestamp) + course.vetoWindow;
        self.course = course;
        self.resultHash = resultHash;
    }

    /// @notice Records a rejection, now.
    function reject(Decision storage self, uint64 attesters, bytes32 resultHash) internal {
        Course memory course = self.course;
        course.attesters = attesters;
        close(self, course, Closing.Rejected);
        self.resultHash = resultHash;
    }

    /// @notice Records what ended the decision, now.
    /// @param course The decision's course as it is stored.
    function close(Decision storage self, Course memory course, Closing closing) internal {
        course.closing = closing;
        course.closedAt = uint40(block.timestamp);
        self.course = course;
    }

    /// @notice What the decision's state depends on.
    /// @param course The decision's course as it is stored.
    /// @param agent The decision's agent. Where its sequence went is read for a pending decision only: it does not touch
    /// the others.
    /// @param epochRetiredAt Time at which the decision's epoch was retired, zero if it was not.
    function factsOf(
        Decision storage self,
        Course memory course,
        Agents.Agent storage agent,
        uint64 epochRetiredAt
    ) internal view returns (Lifecycle.Facts memory facts) {
        facts = _courseFacts(course);
        facts.epochRetiredAt = epochRetiredAt;
        bool isPending = course.readyAt == 0 && course.closing == Closing.None;
        if (isPending) facts.sequenceMovedAt = agent.movedPast(expected(self));
    }

    /// @notice All facts, with the state that follows from them now.
    /// @param epochRetiredAt As above.
    function toView(
        Decision storage self,
        Agents.Agent storage agent,
        uint64 epochRetiredAt
    ) internal view returns (DecisionView memory decision) {
        Course memory course = self.course;
        decision.expectedSequence = expected(self);
        Lifecycle.Facts memory facts = factsOf(self, course, agent, epochRetiredAt);
        decision.state = Lifecycle.stateAt(facts, block.timestamp);
        decision.reply = facts.reply;
        decision.agentId = self.agentId;
        decision.committeeId = agent.committeeId;
        decision.epoch = course.epoch;
        decision.submitter = self.submitter;
        decision.payloadHash = self.payloadHash;
        decision.policyHash = self.policyHash;
        decision.quorum = self.quorum;
        decision.vetoWindow = course.vetoWindow;
        decision.deadline = facts.deadline;
        decision.predecessor = self.predecessor;
        decision.submittedAt = self.submittedAt;
        decision.resolvedAt = facts.resolvedAt;
        decision.readyAt = facts.readyAt;
        decision.executedAt = facts.executedAt;
        decision.cancelledAt = facts.cancelledAt;
        decision.vetoedAt = facts.vetoedAt;
        decision.resultHash = self.resultHash;
        decision.attesters = course.attesters;
    }

    function _courseFacts(Course memory course) private pure returns (Lifecycle.Facts memory facts) {
        facts.reply = course.readyAt != 0;
        facts.deadline = course.deadline;
        facts.resolvedAt = facts.reply ? course.readyAt - course.vetoWindow : _closedAt(course, Closing.Rejected);
        facts.readyAt = course.readyAt;
        facts.executedAt = _closedAt(course, Closing.Executed);
        facts.cancelledAt = _closedAt(course, Closing.Cancelled);
        facts.vetoedAt = _closedAt(course, Closing.Vetoed);
    }

    function _closedAt(Course memory course, Closing closing) private pure returns (uint64) {
        return course.closing == closing ? course.closedAt : 0;
    }
}
