// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {TypedData} from "../../src/libraries/TypedData.sol";
import {GroupKey} from "../../src/types/Committee.sol";

/// @notice The digests of many messages at once: struct hashes by the library, the rest by OpenZeppelin.
contract DigestOracle {
    enum Kind {
        EpochProposal,
        EpochAbandonment,
        EpochConfirmation,
        ProofOfPossession,
        Attestation,
        Authorization
    }

    /// @notice A message and its domain.
    /// @param fields The ABI-encoded fields in the order of the message's type.
    struct Message {
        Kind kind;
        uint256 chainId;
        address verifyingContract;
        bytes fields;
    }

    /// @notice Digest of each message.
    function digests(Message[] calldata messages) external pure returns (bytes32[] memory list) {
        list = new bytes32[](messages.length);
        for (uint256 i = 0; i < messages.length; ++i) {
            // Name, version, chain id and contract: the fields 0 to 3 of ERC-5267.
            bytes32 separator = MessageHashUtils.toDomainSeparator(
                hex"0f",
                _name(messages[i].kind),
                TypedData.VERSION,
                messages[i].chainId,
                messages[i].verifyingContract,
                0
            );
            list[i] = MessageHashUtils.toTypedDataHash(separator, _structHash(messages[i].kind, messages[i].fields));
        }
    }

    function _name(Kind kind) private pure returns (string memory) {
        if (kind == Kind.Authorization) return TypedData.AGENT_VAULT_NAME;
        return kind == Kind.Attestation ? TypedData.DECISION_REGISTRY_NAME : TypedData.COMMITTEE_REGISTRY_NAME;
    }

    function _structHash(Kind kind, bytes calldata fields) private pure returns (bytes32) {
        if (kind == Kind.EpochProposal) {
            (TypedData.EpochTerms memory terms, uint64 epoch) = abi.decode(fields, (TypedData.EpochTerms, uint64));
            return TypedData.epochProposal(terms, epoch);
        }
        if (kind == Kind.EpochAbandonment) {
            (bytes32 committeeId, uint64 epoch) = abi.decode(fields, (bytes32, uint64));
            return TypedData.epochAbandonment(committeeId, epoch);
        }
        if (kind == Kind.EpochConfirmation) {
            (TypedData.EpochTerms memory terms, GroupKey memory key, bytes32 recordHash) = abi.decode(
                fields,
                (TypedData.EpochTerms, GroupKey, bytes32)
            );
            return TypedData.epochConfirmation(terms, key, recordHash);
        }
        if (kind == Kind.ProofOfPossession) return _possession(fields);
        if (kind == Kind.Attestation) return _attestation(fields);
        return TypedData.authorization(abi.decode(fields, (TypedData.Authorization)));
    }

    function _possession(bytes calldata fields) private pure returns (bytes32) {
        TypedData.EpochTerms memory terms;
        GroupKey memory key;
        (terms.committeeId, terms.epoch, terms.membersHash, key) = abi.decode(
            fields,
            (bytes32, uint64, bytes32, GroupKey)
        );
        return TypedData.proofOfPossession(terms, key);
    }

    function _attestation(bytes calldata fields) private pure returns (bytes32) {
        (bytes32 decisionId, bytes32 committeeId, uint64 epoch, bool reply, bytes32 resultHash) = abi.decode(
            fields,
            (bytes32, bytes32, uint64, bool, bytes32)
        );
        return TypedData.attestation(decisionId, committeeId, epoch, reply, resultHash);
    }
}
