// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Identity of one committee member.
/// @param x Affine x coordinate of the member's secp256k1 identity key.
/// @param y Affine y coordinate of the member's secp256k1 identity key.
/// @param endpoint Where the member's committer listens, as a multiaddr.
struct Member {
    bytes32 x;
    bytes32 y;
    string endpoint;
}

/// @notice Public key of the committee's group key, an affine secp256k1 point.
/// @param x Affine x coordinate.
/// @param y Affine y coordinate.
struct GroupKey {
    bytes32 x;
    bytes32 y;
}

/// @notice One member's signature over an EIP-712 digest that is clear from the context.
/// @param memberIndex Position of the signer in its epoch, from 0. Lists are strictly ascending in it.
/// @param signature 65 bytes r, s, v with low s and v 27 or 28.
struct SignedBy {
    uint16 memberIndex;
    bytes signature;
}

/// @notice Where an epoch stands. Derived from stored facts, never stored.
enum EpochStatus {
    None,
    Proposed,
    Confirmed,
    Active,
    Retired,
    Abandoned
}

/// @notice Everything stored about one epoch, without its member list.
/// @param status Derived status.
/// @param minSigners How many shares sign.
/// @param quorum How many attestations make a result canonical.
/// @param memberCount How many members the epoch has.
/// @param membersHash `keccak256(abi.encode(members))`.
/// @param groupKey Group key the confirmed members agree on; zero before the first confirmation.
/// @param groupAddress Address of the group key; zero before the first confirmation.
/// @param isKeyNew Whether the epoch, once activated, brought another group key than the active epoch before: true for a
/// rotation and for the first epoch, false for a resharing, which keeps the key.
/// @param recordHash Hash of the public record of the key generation the members agree on.
/// @param confirmations Bit i is set when member i has confirmed.
/// @param proposedAt Time of the proposal, in seconds.
/// @param activatedAt Time of activation, zero if never.
/// @param retiredAt Time the next epoch took over, zero if never.
/// @param abandonedAt Time the half-done epoch was given up or replaced, zero if never.
struct EpochView {
    EpochStatus status;
    uint16 minSigners;
    uint16 quorum;
    uint16 memberCount;
    bytes32 membersHash;
    GroupKey groupKey;
    address groupAddress;
    bool isKeyNew;
    bytes32 recordHash;
    uint256 confirmations;
    uint64 proposedAt;
    uint64 activatedAt;
    uint64 retiredAt;
    uint64 abandonedAt;
}

/// @notice Everything stored about one committee.
/// @param proposer Account that proposed the committee and its first epoch.
/// @param latestEpoch Number of the newest epoch, whatever its status.
/// @param activeEpoch Number of the active epoch, zero if none.
struct CommitteeView {
    address proposer;
    uint64 latestEpoch;
    uint64 activeEpoch;
}
