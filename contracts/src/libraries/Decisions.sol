// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DecisionView} from "../types/Decision.sol";
import {Agents} from "./Agents.sol";
import {Lifecycle} from "./Lifecycle.sol";

/// @title One decision: its stored facts
library Decisions {
    using Agents for Agents.Agent;

    /// @notice Stored facts of one decision. `submitter` is never zero once it exists; times are zero until the thing
    /// happened. Times take 40 bits and the epoch 32, so that what is written after the submission falls into storage
    /// words that are not zero any more, which costs a quarter.
    struct Decision {
        bytes32 agentId;
        bytes32 payloadHash;
        bytes32 policyHash;
        bytes32 resultHash;
        uint256 attesters;
        address submitter;
        uint40 deadline;
        uint40 submittedAt;
        bool reply;
        uint64 expectedSequence;
        uint32 epoch;
        uint40 resolvedAt;
        uint40 executedAt;
        uint40 cancelledAt;
        uint40 vetoedAt;
    }

    /// @notice What the decision's state depends on.
    /// @param epochRetiredAt Time at which the decision's epoch was retired, zero if it was not.
    function toFacts(
        Decision storage self,
        Agents.Agent storage agent,
        uint64 epochRetiredAt
    ) internal view returns (Lifecycle.Facts memory facts) {
        facts.reply = self.reply;
        facts.deadline = self.deadline;
        facts.resolvedAt = self.resolvedAt;
        facts.readyAt = readyAt(self, agent);
        facts.executedAt = self.executedAt;
        facts.cancelledAt = self.cancelledAt;
        facts.vetoedAt = self.vetoedAt;
        facts.sequenceMovedAt = agent.movedPast(self.expectedSequence);
        facts.epochRetiredAt = epochRetiredAt;
    }

    /// @notice First second after the veto window, zero when the decision is not approved.
    function readyAt(Decision storage self, Agents.Agent storage agent) internal view returns (uint64) {
        return self.reply ? uint64(self.resolvedAt) + agent.terms.vetoWindow : 0;
    }

    /// @notice All facts except the derived state.
    function toView(
        Decision storage self,
        Agents.Agent storage agent
    ) internal view returns (DecisionView memory decision) {
        decision.reply = self.reply;
        decision.agentId = self.agentId;
        decision.committeeId = agent.terms.committeeId;
        decision.epoch = self.epoch;
        decision.submitter = self.submitter;
        decision.payloadHash = self.payloadHash;
        decision.policyHash = self.policyHash;
        decision.deadline = self.deadline;
        decision.expectedSequence = self.expectedSequence;
        decision.submittedAt = self.submittedAt;
        decision.resolvedAt = self.resolvedAt;
        decision.readyAt = readyAt(self, agent);
        decision.executedAt = self.executedAt;
        decision.cancelledAt = self.cancelledAt;
        decision.vetoedAt = self.vetoedAt;
        decision.resultHash = self.resultHash;
        decision.attesters = self.attesters;
    }
}
