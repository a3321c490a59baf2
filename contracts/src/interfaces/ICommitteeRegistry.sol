// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CommitteeView, EpochStatus, EpochView, GroupKey, Member, SignedBy} from "../types/Committee.sol";

/// @title Committees, their epochs and their keys
/// @notice An epoch is an ordered list of members, two numbers (`minSigners`, how many shares sign; `quorum`, how many
/// attestations make a result canonical) and one group key. It becomes active only when every member has confirmed
/// the same group key and the group key itself has signed a proof of possession. The registry is also the committee's
/// address book: each member's identity key and endpoint stand in it.
///
/// Life of an epoch: Proposed → Confirmed (all members agree) → Active → Retired (the next one took over). Proposed and
/// Confirmed may end as Abandoned. Retired and Abandoned are final.
///
/// Signatures are EIP-712 under the domain {name: "Synod CommitteeRegistry", version: "1"}, 65 bytes, low s, v 27 or
/// 28; other encodings revert with OpenZeppelin's ECDSA errors.
interface ICommitteeRegistry {
    /// @notice An epoch was proposed.
    /// @param proposer Caller that proposed it.
    event EpochProposed(
        bytes32 indexed committeeId,
        uint64 indexed epoch,
        address indexed proposer,
        Member[] members,
        uint16 minSigners,
        uint16 quorum,
        bytes32 membersHash
    );
    /// @notice A member confirmed the epoch's group key.
    event EpochConfirmed(
        bytes32 indexed committeeId,
        uint64 indexed epoch,
        uint16 memberIndex,
        GroupKey groupKey,
        bytes32 recordHash
    );
    /// @notice An epoch took over.
    /// @param keyChanged Whether the group key differs from the previous active epoch's (rotation, or the first key)
    /// rather than being the same key with new shares.
    event EpochActivated(
        bytes32 indexed committeeId,
        uint64 indexed epoch,
        address groupAddress,
        GroupKey groupKey,
        bool keyChanged
    );
    /// @notice An epoch stopped being active because the next one took over.
    event EpochRetired(bytes32 indexed committeeId, uint64 indexed epoch);
    /// @notice A half-done epoch was given up, or replaced by a newer proposal.
    event EpochAbandoned(bytes32 indexed committeeId, uint64 indexed epoch);

    /// @notice There is no such committee.
    error CommitteeUnknown(bytes32 committeeId);
    /// @notice The committee exists already.
    error CommitteeAlreadyExists(bytes32 committeeId);
    /// @notice A committee has 2 to 64 members.
    error CommitteeSizeInvalid(uint256 memberCount);
    /// @notice `minSigners` is not in 2 … member count.
    error CommitteeMinSignersInvalid(uint16 minSigners, uint256 memberCount);
    /// @notice `quorum` is above the member count, or two quorums could agree on different results: with
    /// f = ⌊(n−1)/3⌋ it must hold that 2·quorum > n + f.
    error CommitteeQuorumInvalid(uint16 quorum, uint256 memberCount);
    /// @notice The member's identity key is not a point of secp256k1.
    error CommitteeIdentityKeyInvalid(uint256 memberIndex, bytes32 x, bytes32 y);
    /// @notice Two members have the same identity key.
    error CommitteeIdentityKeyRepeated(uint256 memberIndex, address identity);
    /// @notice The member's endpoint is longer than 256 bytes.
    error CommitteeEndpointTooLong(uint256 memberIndex, uint256 length);
    /// @notice The group key is not a point of secp256k1.
    error CommitteeGroupKeyInvalid(bytes32 x, bytes32 y);
    /// @notice The committee has no active epoch.
    error CommitteeNotActive(bytes32 committeeId);
    /// @notice The epoch's status does not permit the call.
    error CommitteeUnexpectedStatus(bytes32 committeeId, uint64 epoch, EpochStatus status);
    /// @notice Only the committee's proposer may abandon its first epoch.
    error CommitteeNotProposer(address caller, address proposer);
    /// @notice The epoch has no such member.
    error CommitteeMemberUnknown(uint16 memberIndex, uint16 memberCount);
    /// @notice The member has confirmed already.
    error CommitteeAlreadyConfirmed(uint16 memberIndex);
    /// @notice The confirmation names another group key or record than the confirmations before it.
    error CommitteeConfirmationMismatch(
        uint16 memberIndex,
        address groupAddress,
        bytes32 recordHash,
        address agreedGroupAddress,
        bytes32 agreedRecordHash
    );
    /// @notice Members of a signature list are not strictly ascending.
    error CommitteeMembersNotAscending(uint16 previous, uint16 given);
    /// @notice Fewer members signed than must have.
    error CommitteeQuorumNotReached(uint256 given, uint16 quorum);
    /// @notice The signature is not by the key it should be by.
    error CommitteeSignerMismatch(address recovered, address expected);

    /// @notice Proposes a committee and its epoch 1. Anyone may; the id binds the caller, so that a copy is another one.
    /// @param salt Lets one caller propose the same members twice.
    /// @param members Ordered members, distinct, 2 … 64.
    /// @param minSigners How many shares sign, 2 … n.
    /// @param quorum How many attestations make a result canonical.
    /// @return committeeId Id of the committee, see {computeCommitteeId}.
    function proposeCommittee(
        bytes32 salt,
        Member[] calldata members,
        uint16 minSigners,
        uint16 quorum
    ) external returns (bytes32 committeeId);

    /// @notice Proposes the committee's next epoch, authorised by a quorum of the active one. A half-done proposal that
    /// stands in the way is abandoned; the active epoch stays valid until the new one is activated.
    /// @param approvals Members of the active epoch that signed `EpochProposal(bytes32 committeeId,uint64 epoch,bytes32
    /// membersHash,uint16 minSigners,uint16 quorum,uint64 approvingEpoch)`, at least its quorum; `approvingEpoch` is the
    /// active epoch.
    /// @return epoch Number of the proposed epoch: latest epoch + 1.
    function proposeEpoch(
        bytes32 committeeId,
        Member[] calldata members,
        uint16 minSigners,
        uint16 quorum,
        SignedBy[] calldata approvals
    ) external returns (uint64 epoch);

    /// @notice Gives up a half-done epoch. Epoch 1 by the committee's proposer (`approvals` is not read); a later one
    /// by a quorum of the active epoch that signed `EpochAbandonment(bytes32 committeeId,uint64 epoch)`.
    function abandonEpoch(bytes32 committeeId, uint64 epoch, SignedBy[] calldata approvals) external;

    /// @notice Records that a member of the proposed epoch holds a share of the group key. Anyone may relay it. All
    /// members must name the same group key and record.
    /// @param memberIndex Position of the member, from 0.
    /// @param groupKey Group key the key generation ended with.
    /// @param recordHash Hash of the public record of the key generation.
    /// @param signature The member's signature of `EpochConfirmation(bytes32 committeeId,uint64 epoch,bytes32
    /// membersHash,uint16 minSigners,uint16 quorum,bytes32 groupKeyX,bytes32 groupKeyY,bytes32 recordHash)`.
    function confirmEpoch(
        bytes32 committeeId,
        uint64 epoch,
        uint16 memberIndex,
        GroupKey calldata groupKey,
        bytes32 recordHash,
        bytes calldata signature
    ) external;

    /// @notice Makes a confirmed epoch the active one and retires the one before. Anyone may relay it.
    /// @param proofOfPossession The group key's signature of `ProofOfPossession(bytes32 committeeId,uint64 epoch,bytes32
    /// membersHash,bytes32 groupKeyX,bytes32 groupKeyY)`.
    function activateEpoch(bytes32 committeeId, uint64 epoch, bytes calldata proofOfPossession) external;

    /// @notice Id a committee has when `proposer` proposes it here: the hash of the tag "synod.committee.v1", chain id,
    /// this registry, proposer, salt, members hash, `minSigners` and `quorum`.
    function computeCommitteeId(
        address proposer,
        bytes32 salt,
        Member[] calldata members,
        uint16 minSigners,
        uint16 quorum
    ) external view returns (bytes32 committeeId);

    /// @notice The committee's facts. Reverts for an unknown committee.
    function committeeOf(bytes32 committeeId) external view returns (CommitteeView memory committee);

    /// @notice The epoch's facts; status None and zeroes for an unknown epoch.
    function epochOf(bytes32 committeeId, uint64 epoch) external view returns (EpochView memory facts);

    /// @notice Number of the active epoch, zero if there is none.
    function activeEpoch(bytes32 committeeId) external view returns (uint64 epoch);

    /// @notice What a submission must know of the active epoch, all zero if there is none.
    /// @return epoch Its number.
    /// @return quorum How many attestations make a result canonical.
    /// @return memberCount How many members it has.
    function activeTermsOf(bytes32 committeeId) external view returns (uint64 epoch, uint16 quorum, uint16 memberCount);

    /// @notice The epoch's members in order; empty for an unknown epoch.
    function members(bytes32 committeeId, uint64 epoch) external view returns (Member[] memory list);

    /// @notice Address of a member's identity key. Reverts when the epoch has no such member.
    function memberAddress(bytes32 committeeId, uint64 epoch, uint16 memberIndex) external view returns (address);

    /// @notice The epoch's group key and whether it is over, which stand in one storage word. An epoch that a decision was
    /// submitted under is active exactly as long as it is not retired.
    /// @return groupAddress Address of the group key, zero before its first confirmation.
    /// @return retiredAt Time at which the epoch was retired, zero if it was not.
    function keyOf(bytes32 committeeId, uint64 epoch) external view returns (address groupAddress, uint64 retiredAt);

    /// @notice Checks that enough members of an epoch signed a digest; reverts otherwise. Answers for any epoch that was
    /// ever proposed: the caller decides which epoch may speak.
    /// @param atLeast How many must have signed; the epoch's quorum when that is more.
    /// @param digest EIP-712 digest of the caller's own domain.
    /// @param signatures Strictly ascending in `memberIndex`.
    /// @return signers Bit i is set when member i signed.
    function checkQuorum(
        bytes32 committeeId,
        uint64 epoch,
        uint16 atLeast,
        bytes32 digest,
        SignedBy[] calldata signatures
    ) external view returns (uint256 signers);
}
