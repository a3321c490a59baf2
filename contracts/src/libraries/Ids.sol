// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action} from "../types/Action.sol";
import {Member} from "../types/Committee.sol";
import {AgentTerms, Binding} from "../types/Decision.sol";

/// @title Content hashes
/// @notice Every id is the hash of a tag of its own and of all that makes the thing what it is, with the chain id and
/// the registry among it, which are arguments so that the functions are pure.
library Ids {
    /// @notice Where an id is given: chain and registry.
    struct Place {
        uint256 chainId;
        address registry;
    }

    /// @dev Tag of committee ids.
    bytes32 internal constant COMMITTEE_TAG = keccak256("synod.committee.v1");
    /// @dev Tag of agent ids.
    bytes32 internal constant AGENT_TAG = keccak256("synod.agent.v1");
    /// @dev Tag of decision ids.
    bytes32 internal constant DECISION_TAG = keccak256("synod.decision.v1");
    /// @dev Tag of state roots.
    bytes32 internal constant STATE_ROOT_TAG = keccak256("synod.state-root.v1");

    /// @notice Payload hash of an action.
    function hashAction(Action calldata action) internal pure returns (bytes32) {
        return keccak256(abi.encode(action));
    }

    /// @notice Hash of an ordered member list.
    function hashMembers(Member[] memory members) internal pure returns (bytes32) {
        return keccak256(abi.encode(members));
    }

    /// @notice Id of a committee.
    function committeeId(
        Place memory place,
        address proposer,
        bytes32 salt,
        bytes32 membersHash,
        uint16 minSigners,
        uint16 quorum
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    COMMITTEE_TAG,
                    place.chainId,
                    place.registry,
                    proposer,
                    salt,
                    membersHash,
                    minSigners,
                    quorum
                )
            );
    }

    /// @notice Id of an agent. The vault is left out because it is deployed for the id.
    function agentId(
        Place memory place,
        address registrant,
        bytes32 salt,
        AgentTerms memory terms
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    AGENT_TAG,
                    place.chainId,
                    place.registry,
                    registrant,
                    salt,
                    terms.definitionHash,
                    keccak256(bytes(terms.lobeUri)),
                    terms.committeeId,
                    terms.guardian,
                    terms.submitter,
                    terms.vetoWindow
                )
            );
    }

    /// @notice What makes a decision what it is, beside the place.
    struct DecisionContent {
        bytes32 agentId;
        address submitter;
        bytes32 payloadHash;
        uint64 deadline;
        Binding binding;
        bytes32 salt;
    }

    /// @notice Id of a decision.
    function decisionId(Place memory place, DecisionContent memory content) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    DECISION_TAG,
                    place.chainId,
                    place.registry,
                    content.agentId,
                    content.submitter,
                    content.payloadHash,
                    content.deadline,
                    content.binding.expectedSequence,
                    content.binding.expectedStateRoot,
                    content.binding.predecessor,
                    content.salt
                )
            );
    }

    /// @notice State root of an agent after one more canonical result. The first `previous` is zero.
    function stateRoot(
        bytes32 previous,
        bytes32 decisionId_,
        bool reply,
        bytes32 resultHash
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(STATE_ROOT_TAG, previous, decisionId_, reply, resultHash));
    }
}
