// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICommitteeRegistry} from "../interfaces/ICommitteeRegistry.sol";
import {EpochStatus, EpochView, GroupKey, Member, SignedBy} from "../types/Committee.sol";
import {Members} from "./Members.sol";
import {Secp256k1} from "./Secp256k1.sol";

/// @title One epoch: its facts and how they change
library Epochs {
    /// @notice Stored facts of one epoch. Times are zero until the thing happened. What resolutions and executions read
    /// stands in the first storage word.
    /// @param isKeyNew Whether the group key is another than that of the active epoch before.
    struct Epoch {
        address groupAddress;
        uint40 retiredAt;
        uint16 minSigners;
        uint16 quorum;
        uint16 memberCount;
        bool isKeyNew;
        uint64 proposedAt;
        uint64 activatedAt;
        uint64 abandonedAt;
        bytes32 membersHash;
        GroupKey groupKey;
        bytes32 recordHash;
        uint256 confirmations;
        address[] identities;
        Member[] members;
    }

    /// @notice Writes the terms of a new epoch. `self` must be empty.
    function propose(
        Epoch storage self,
        Member[] calldata members,
        uint16 minSigners,
        uint16 quorum,
        bytes32 membersHash
    ) internal {
        Members.checkNumbers(members.length, minSigners, quorum);
        self.identities = Members.identities(members);
        self.minSigners = minSigners;
        self.quorum = quorum;
        self.memberCount = uint16(members.length);
        self.proposedAt = uint64(block.timestamp);
        self.membersHash = membersHash;
        for (uint256 i = 0; i < members.length; ++i) {
            self.members.push(members[i]);
        }
    }

    /// @notice Records one member's confirmation, whose signature the caller has checked.
    function confirm(Epoch storage self, uint16 memberIndex, GroupKey calldata groupKey, bytes32 recordHash) internal {
        uint256 bit = 1 << memberIndex;
        if (self.confirmations & bit != 0) revert ICommitteeRegistry.CommitteeAlreadyConfirmed(memberIndex);
        if (self.confirmations == 0) {
            _setKey(self, groupKey, recordHash);
        } else {
            _requireSameKey(self, memberIndex, groupKey, recordHash);
        }
        self.confirmations |= bit;
    }

    /// @notice Checks that a quorum of members signed `digest`, and not fewer than `atLeast`.
    /// @return signers Bit i is set when member i signed.
    function checkQuorum(
        Epoch storage self,
        uint16 atLeast,
        bytes32 digest,
        SignedBy[] calldata signatures
    ) internal view returns (uint256 signers) {
        _checkCount(self, atLeast, signatures.length);
        for (uint256 i = 0; i < signatures.length; ++i) {
            uint16 memberIndex = signatures[i].memberIndex;
            if (i > 0 && memberIndex <= signatures[i - 1].memberIndex) {
                revert ICommitteeRegistry.CommitteeMembersNotAscending(signatures[i - 1].memberIndex, memberIndex);
            }
            checkSignature(digest, signatures[i].signature, identityOf(self, memberIndex));
            signers |= 1 << memberIndex;
        }
    }

    /// @notice Checks that `signature` of `digest` is by `expected`.
    function checkSignature(bytes32 digest, bytes calldata signature, address expected) internal pure {
        address recovered = ECDSA.recoverCalldata(digest, signature);
        if (recovered != expected) revert ICommitteeRegistry.CommitteeSignerMismatch(recovered, expected);
    }

    /// @notice Address of a member's identity key.
    function identityOf(Epoch storage self, uint16 memberIndex) internal view returns (address) {
        uint16 memberCount = self.memberCount;
        if (memberIndex >= memberCount) {
            revert ICommitteeRegistry.CommitteeMemberUnknown(memberIndex, memberCount);
        }
        return self.identities[memberIndex];
    }

    /// @notice Status that follows from the facts.
    function status(Epoch storage self) internal view returns (EpochStatus) {
        if (self.proposedAt == 0) return EpochStatus.None;
        if (self.abandonedAt != 0) return EpochStatus.Abandoned;
        if (self.retiredAt != 0) return EpochStatus.Retired;
        if (self.activatedAt != 0) return EpochStatus.Active;
        bool allConfirmed = self.confirmations == (1 << self.memberCount) - 1;
        return allConfirmed ? EpochStatus.Confirmed : EpochStatus.Proposed;
    }

    /// @notice All facts except the member list.
    function toView(Epoch storage self) internal view returns (EpochView memory facts) {
        facts.status = status(self);
        facts.minSigners = self.minSigners;
        facts.quorum = self.quorum;
        facts.memberCount = self.memberCount;
        facts.membersHash = self.membersHash;
        facts.groupKey = self.groupKey;
        facts.groupAddress = self.groupAddress;
        facts.isKeyNew = self.isKeyNew;
        facts.recordHash = self.recordHash;
        facts.confirmations = self.confirmations;
        facts.proposedAt = self.proposedAt;
        facts.activatedAt = self.activatedAt;
        facts.retiredAt = self.retiredAt;
        facts.abandonedAt = self.abandonedAt;
    }

    /// @dev An epoch that was never proposed has no quorum, and reaches none.
    function _checkCount(Epoch storage self, uint16 atLeast, uint256 given) private view {
        uint16 quorum = self.quorum;
        uint256 needed = Math.max(quorum, atLeast);
        if (given < needed || quorum == 0) {
            revert ICommitteeRegistry.CommitteeQuorumNotReached(given, uint16(needed));
        }
    }

    function _setKey(Epoch storage self, GroupKey calldata groupKey, bytes32 recordHash) private {
        if (!Secp256k1.isPoint(groupKey.x, groupKey.y)) {
            revert ICommitteeRegistry.CommitteeGroupKeyInvalid(groupKey.x, groupKey.y);
        }
        self.groupKey = groupKey;
        self.groupAddress = Secp256k1.toAddress(groupKey.x, groupKey.y);
        self.recordHash = recordHash;
    }

    function _requireSameKey(
        Epoch storage self,
        uint16 memberIndex,
        GroupKey calldata groupKey,
        bytes32 recordHash
    ) private view {
        address given = Secp256k1.toAddress(groupKey.x, groupKey.y);
        address agreed = self.groupAddress;
        if (given != agreed || recordHash != self.recordHash) {
            revert ICommitteeRegistry.CommitteeConfirmationMismatch(
                memberIndex,
                given,
                recordHash,
                agreed,
                self.recordHash
            );
        }
    }
}
