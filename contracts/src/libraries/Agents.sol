// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgentTerms, AgentView, ANY_SEQUENCE} from "../types/Decision.sol";
import {Ids} from "./Ids.sol";

/// @title One agent: its terms and the chain of its canonical results
library Agents {
    /// @notice Stored facts of one agent. `registrant` is never zero once it exists.
    /// @param landedAt Time of each canonical result; its length is the agent's sequence.
    struct Agent {
        AgentTerms terms;
        address registrant;
        uint64 registeredAt;
        bytes32 stateRoot;
        uint64[] landedAt;
    }

    /// @notice Writes a new agent. `self` must be empty.
    function register(Agent storage self, AgentTerms calldata terms) internal {
        self.terms = terms;
        self.registrant = msg.sender;
        self.registeredAt = uint64(block.timestamp);
    }

    /// @notice Records one more canonical result.
    /// @return next The agent's sequence after it.
    /// @return stateRoot The agent's state root after it.
    function advance(
        Agent storage self,
        bytes32 decisionId,
        bool reply,
        bytes32 resultHash
    ) internal returns (uint64 next, bytes32 stateRoot) {
        self.landedAt.push(uint64(block.timestamp));
        stateRoot = Ids.stateRoot(self.stateRoot, decisionId, reply, resultHash);
        self.stateRoot = stateRoot;
        next = sequence(self);
    }

    /// @notice How many canonical results the agent has.
    function sequence(Agent storage self) internal view returns (uint64) {
        return uint64(self.landedAt.length);
    }

    /// @notice Time at which the sequence moved past `expected`, zero if it has not.
    function movedPast(Agent storage self, uint64 expected) internal view returns (uint64) {
        if (expected == ANY_SEQUENCE || expected >= self.landedAt.length) return 0;
        return self.landedAt[expected];
    }

    /// @notice All facts.
    function toView(Agent storage self) internal view returns (AgentView memory) {
        return AgentView(self.terms, self.registrant, self.registeredAt, sequence(self), self.stateRoot);
    }
}
