// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DecisionView} from "../types/Decision.sol";
import {Agents} from "./Agents.sol";
import {Lifecycle} from "./Lifecycle.sol";

/// @title One decision: its stored facts
library Decisions {
    using Agents for Agents.Agent;

    /// @notice Stored facts of one decision. `submitter` is never zero once it exists; times are zero until the thing
    /// happened.
    struct Decision {
        bytes32 agentId;
        bytes32 payloadHash;
        bytes32 policyHash;
        bytes32 resultHash;
        uint256 attesters;
        address submitter;
        uint64 deadline;
        bool reply;
        uint64 expectedSequence;
        uint64 epoch;
        uint64 submittedAt;
        uint64 resolvedAt;
        uint64 executedAt;
        uint64 cancelledAt;
        uint64 vetoedAt;
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
        return self.reply ? self.resolvedAt + agent.terms.vetoWindow : 0;
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
