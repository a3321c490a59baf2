// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GroupKey} from "../types/Committee.sol";

/// @title EIP-712 struct hashes of everything that is ever signed
/// @notice Six types, each with a name of its own, so that a signature of one can never stand for another. The domain
/// (name, version "1", chain id, contract) is added by the contract that checks the signature.
/// Source: https://eips.ethereum.org/EIPS/eip-712
library TypedData {
    /// @dev Domain name of the CommitteeRegistry.
    string internal constant COMMITTEE_REGISTRY_NAME = "Synod CommitteeRegistry";
    /// @dev Domain name of the DecisionRegistry.
    string internal constant DECISION_REGISTRY_NAME = "Synod DecisionRegistry";
    /// @dev Domain name of the AgentVault.
    string internal constant AGENT_VAULT_NAME = "Synod AgentVault";
    /// @dev Version of all three domains.
    string internal constant VERSION = "1";

    /// @dev A quorum of the active epoch, `approvingEpoch`, proposes the next one.
    bytes32 internal constant EPOCH_PROPOSAL_TYPEHASH = keccak256(
        "EpochProposal(bytes32 committeeId,uint64 epoch,bytes32 membersHash,uint16 minSigners,uint16 quorum,uint64 approvingEpoch)"
    );
    /// @dev A quorum of the active epoch gives up a half-done one.
    bytes32 internal constant EPOCH_ABANDONMENT_TYPEHASH = keccak256(
        "EpochAbandonment(bytes32 committeeId,uint64 epoch)"
    );
    /// @dev A member of a proposed epoch confirms its group key.
    bytes32 internal constant EPOCH_CONFIRMATION_TYPEHASH = keccak256(
        "EpochConfirmation(bytes32 committeeId,uint64 epoch,bytes32 membersHash,uint16 minSigners,uint16 quorum,bytes32 groupKeyX,bytes32 groupKeyY,bytes32 recordHash)"
    );
    /// @dev The group key of a confirmed epoch shows that it can sign.
    bytes32 internal constant PROOF_OF_POSSESSION_TYPEHASH = keccak256(
        "ProofOfPossession(bytes32 committeeId,uint64 epoch,bytes32 membersHash,bytes32 groupKeyX,bytes32 groupKeyY)"
    );
    /// @dev A member states the lobe's reply to a decision.
    bytes32 internal constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(bytes32 decisionId,bytes32 committeeId,uint64 epoch,bool reply,bytes32 resultHash)"
    );
    /// @dev The group key authorises the execution of an approved decision.
    bytes32 internal constant AUTHORIZATION_TYPEHASH = keccak256(
        "Authorization(bytes32 decisionId,bytes32 agentId,bytes32 committeeId,uint64 epoch,bytes32 payloadHash,bytes32 policyHash,uint64 deadline,address registry)"
    );

    /// @notice An epoch as proposals, confirmations and proofs of possession name it.
    struct EpochTerms {
        bytes32 committeeId;
        uint64 epoch;
        bytes32 membersHash;
        uint16 minSigners;
        uint16 quorum;
    }

    /// @notice The fields of an authorization.
    struct Authorization {
        bytes32 decisionId;
        bytes32 agentId;
        bytes32 committeeId;
        uint64 epoch;
        bytes32 payloadHash;
        bytes32 policyHash;
        uint64 deadline;
        address registry;
    }

    /// @notice Struct hash of EpochProposal.
    /// @param approvingEpoch Epoch whose members sign. Without it an approval that was left over could be used when other
    /// members, or the same ones in another role, have taken over.
    function epochProposal(EpochTerms memory terms, uint64 approvingEpoch) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    EPOCH_PROPOSAL_TYPEHASH,
                    terms.committeeId,
                    terms.epoch,
                    terms.membersHash,
                    terms.minSigners,
                    terms.quorum,
                    approvingEpoch
                )
            );
    }

    /// @notice Struct hash of EpochAbandonment.
    function epochAbandonment(bytes32 committeeId, uint64 epoch) internal pure returns (bytes32) {
        return keccak256(abi.encode(EPOCH_ABANDONMENT_TYPEHASH, committeeId, epoch));
    }

    /// @notice Struct hash of EpochConfirmation.
    function epochConfirmation(
        EpochTerms memory terms,
        GroupKey memory groupKey,
        bytes32 recordHash
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    EPOCH_CONFIRMATION_TYPEHASH,
                    terms.committeeId,
                    terms.epoch,
                    terms.membersHash,
                    terms.minSigners,
                    terms.quorum,
                    groupKey.x,
                    groupKey.y,
                    recordHash
                )
            );
    }

    /// @notice Struct hash of ProofOfPossession.
    function proofOfPossession(EpochTerms memory terms, GroupKey memory groupKey) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    PROOF_OF_POSSESSION_TYPEHASH,
                    terms.committeeId,
                    terms.epoch,
                    terms.membersHash,
                    groupKey.x,
                    groupKey.y
                )
            );
    }

    /// @notice Struct hash of Attestation.
    function attestation(
        bytes32 decisionId,
        bytes32 committeeId,
        uint64 epoch,
        bool reply,
        bytes32 resultHash
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(ATTESTATION_TYPEHASH, decisionId, committeeId, epoch, reply, resultHash));
    }

    /// @notice Struct hash of Authorization.
    function authorization(Authorization memory message) internal pure returns (bytes32) {
        return keccak256(abi.encode(AUTHORIZATION_TYPEHASH, message));
    }
}
