// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgentTerms, AgentView, ANY_SEQUENCE} from "../types/Decision.sol";
import {Ids} from "./Ids.sol";

/// @title One agent: its terms and the chain of its canonical results
library Agents {
    /// @notice Stored facts of one agent. `vault` is never zero once it exists. The terms stand here one by one, so that
    /// those which are read together share a storage word: an execution reads the first two words and no more.
    /// @param vetoWindow Seconds, 14 days at most.
    /// @param pausedUntil First second after the last pause, zero if there was none.
    /// @param reserved Decisions that were approved with a budget; see {Reservations}.
    /// @param reservedCount How many of them; what stands behind is left over.
    /// @param landedAt Time of each canonical result; its length is the agent's sequence.
    struct Agent {
        bytes32 committeeId;
        address vault;
        uint24 vetoWindow;
        uint40 pausedUntil;
        uint8 reservedCount;
        address submitter;
        uint64 registeredAt;
        address guardian;
        address registrant;
        bytes32 definitionHash;
        string lobeUri;
        bytes32 stateRoot;
        uint64[] landedAt;
        mapping(uint256 position => bytes32 decisionId) reserved;
    }

    /// @notice Writes a new agent. `self` must be empty, and the veto window not longer than the longest one allowed.
    function register(Agent storage self, AgentTerms calldata terms) internal {
        self.committeeId = terms.committeeId;
        self.vault = terms.vault;
        self.vetoWindow = uint24(terms.vetoWindow);
        self.submitter = terms.submitter;
        self.guardian = terms.guardian;
        self.definitionHash = terms.definitionHash;
        self.lobeUri = terms.lobeUri;
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
        AgentTerms memory terms = AgentTerms(
            self.definitionHash,
            self.lobeUri,
            self.committeeId,
            self.guardian,
            self.submitter,
            self.vetoWindow,
            self.vault
        );
        return AgentView(terms, self.registrant, self.registeredAt, sequence(self), self.stateRoot, self.pausedUntil);
    }
}
