// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ICommitteeRegistry} from "./interfaces/ICommitteeRegistry.sol";
import {Committees} from "./libraries/Committees.sol";
import {Epochs} from "./libraries/Epochs.sol";
import {Ids} from "./libraries/Ids.sol";
import {TypedData} from "./libraries/TypedData.sol";
import {CommitteeView, EpochStatus, EpochView, GroupKey, Member, SignedBy} from "./types/Committee.sol";

/// @title CommitteeRegistry
/// @notice See {ICommitteeRegistry}. No owner, no upgrade, no value.
contract CommitteeRegistry is ICommitteeRegistry, EIP712 {
    using Committees for Committees.Committee;
    using Epochs for Epochs.Epoch;

    mapping(bytes32 committeeId => Committees.Committee) private _committees;

    constructor() EIP712(TypedData.COMMITTEE_REGISTRY_NAME, TypedData.VERSION) {}

    /// @inheritdoc ICommitteeRegistry
    function proposeCommittee(
        bytes32 salt,
        Member[] calldata members_,
        uint16 minSigners,
        uint16 quorum
    ) external returns (bytes32 committeeId) {
        bytes32 membersHash = Ids.hashMembers(members_);
        committeeId = Ids.committeeId(_place(), msg.sender, salt, membersHash, minSigners, quorum);
        Committees.Committee storage committee = _committees[committeeId];
        if (committee.proposer != address(0)) revert CommitteeAlreadyExists(committeeId);
        committee.proposer = msg.sender;
        committee.open(TypedData.EpochTerms(committeeId, 1, membersHash, minSigners, quorum), members_);
    }

    /// @inheritdoc ICommitteeRegistry
    function proposeEpoch(
        bytes32 committeeId,
        Member[] calldata members_,
        uint16 minSigners,
        uint16 quorum,
        SignedBy[] calldata approvals
    ) external returns (uint64 epoch) {
        Committees.Committee storage committee = _known(committeeId);
        Epochs.Epoch storage active = committee.active(committeeId);
        epoch = committee.latestEpoch + 1;
        TypedData.EpochTerms memory terms = TypedData.EpochTerms(
            committeeId,
            epoch,
            Ids.hashMembers(members_),
            minSigners,
            quorum
        );
        active.checkQuorum(0, _hashTypedDataV4(TypedData.epochProposal(terms, committee.activeEpoch)), approvals);
        committee.open(terms, members_);
    }

    /// @inheritdoc ICommitteeRegistry
    function abandonEpoch(bytes32 committeeId, uint64 epoch, SignedBy[] calldata approvals) external {
        Committees.Committee storage committee = _known(committeeId);
        if (!committee.isUnfinished(epoch)) {
            revert CommitteeUnexpectedStatus(committeeId, epoch, committee.epochs[epoch].status());
        }
        if (epoch == 1) {
            if (msg.sender != committee.proposer) revert CommitteeNotProposer(msg.sender, committee.proposer);
        } else {
            bytes32 digest = _hashTypedDataV4(TypedData.epochAbandonment(committeeId, epoch));
            committee.active(committeeId).checkQuorum(0, digest, approvals);
        }
        committee.abandon(committeeId, epoch);
    }

    /// @inheritdoc ICommitteeRegistry
    function confirmEpoch(
        bytes32 committeeId,
        uint64 epoch,
        uint16 memberIndex,
        GroupKey calldata groupKey,
        bytes32 recordHash,
        bytes calldata signature
    ) external {
        Epochs.Epoch storage proposed = _known(committeeId).withStatus(committeeId, epoch, EpochStatus.Proposed);
        bytes32 structHash = TypedData.epochConfirmation(_terms(proposed, committeeId, epoch), groupKey, recordHash);
        Epochs.checkSignature(_hashTypedDataV4(structHash), signature, proposed.identityOf(memberIndex));
        proposed.confirm(memberIndex, groupKey, recordHash);
        emit EpochConfirmed(committeeId, epoch, memberIndex, groupKey, recordHash);
    }

    /// @inheritdoc ICommitteeRegistry
    function activateEpoch(bytes32 committeeId, uint64 epoch, bytes calldata proofOfPossession) external {
        Committees.Committee storage committee = _known(committeeId);
        Epochs.Epoch storage confirmed = committee.withStatus(committeeId, epoch, EpochStatus.Confirmed);
        bytes32 structHash = TypedData.proofOfPossession(_terms(confirmed, committeeId, epoch), confirmed.groupKey);
        Epochs.checkSignature(_hashTypedDataV4(structHash), proofOfPossession, confirmed.groupAddress);
        committee.activate(committeeId, epoch);
    }

    /// @inheritdoc ICommitteeRegistry
    function computeCommitteeId(
        address proposer,
        bytes32 salt,
        Member[] calldata members_,
        uint16 minSigners,
        uint16 quorum
    ) external view returns (bytes32) {
        return Ids.committeeId(_place(), proposer, salt, Ids.hashMembers(members_), minSigners, quorum);
    }

    /// @inheritdoc ICommitteeRegistry
    function committeeOf(bytes32 committeeId) external view returns (CommitteeView memory) {
        Committees.Committee storage committee = _known(committeeId);
        return CommitteeView(committee.proposer, committee.latestEpoch, committee.activeEpoch);
    }

    /// @inheritdoc ICommitteeRegistry
    function epochOf(bytes32 committeeId, uint64 epoch) external view returns (EpochView memory) {
        return _committees[committeeId].epochs[epoch].toView();
    }

    /// @inheritdoc ICommitteeRegistry
    function activeEpoch(bytes32 committeeId) external view returns (uint64) {
        return _committees[committeeId].activeEpoch;
    }

    /// @inheritdoc ICommitteeRegistry
    function activeTermsOf(bytes32 committeeId) external view returns (uint64, uint16, uint16) {
        Committees.Committee storage committee = _committees[committeeId];
        uint64 number = committee.activeEpoch;
        Epochs.Epoch storage epoch = committee.epochs[number];
        return (number, epoch.quorum, epoch.memberCount);
    }

    /// @inheritdoc ICommitteeRegistry
    function members(bytes32 committeeId, uint64 epoch) external view returns (Member[] memory) {
        return _committees[committeeId].epochs[epoch].members;
    }

    /// @inheritdoc ICommitteeRegistry
    function memberAddress(bytes32 committeeId, uint64 epoch, uint16 memberIndex) external view returns (address) {
        return _committees[committeeId].epochs[epoch].identityOf(memberIndex);
    }

    /// @inheritdoc ICommitteeRegistry
    function keyOf(bytes32 committeeId, uint64 epoch) external view returns (address, uint64) {
        Epochs.Epoch storage facts = _committees[committeeId].epochs[epoch];
        return (facts.groupAddress, facts.retiredAt);
    }

    /// @inheritdoc ICommitteeRegistry
    function checkQuorum(
        bytes32 committeeId,
        uint64 epoch,
        uint16 atLeast,
        bytes32 digest,
        SignedBy[] calldata signatures
    ) external view returns (uint256) {
        return _committees[committeeId].epochs[epoch].checkQuorum(atLeast, digest, signatures);
    }

    function _known(bytes32 committeeId) private view returns (Committees.Committee storage committee) {
        committee = _committees[committeeId];
        if (committee.proposer == address(0)) revert CommitteeUnknown(committeeId);
    }

    function _place() private view returns (Ids.Place memory) {
        return Ids.Place(block.chainid, address(this));
    }

    function _terms(
        Epochs.Epoch storage epoch,
        bytes32 committeeId,
        uint64 number
    ) private view returns (TypedData.EpochTerms memory) {
        return TypedData.EpochTerms(committeeId, number, epoch.membersHash, epoch.minSigners, epoch.quorum);
    }
}
