// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommitteeRegistry} from "../interfaces/ICommitteeRegistry.sol";
import {EpochStatus, Member} from "../types/Committee.sol";
import {Epochs} from "./Epochs.sol";
import {TypedData} from "./TypedData.sol";

/// @title One committee: which of its epochs is active and how the next one takes over
library Committees {
    using Epochs for Epochs.Epoch;

    /// @notice Stored facts of one committee. Epochs are numbered from 1; `proposer` is never zero once it exists.
    struct Committee {
        address proposer;
        uint64 latestEpoch;
        uint64 activeEpoch;
        mapping(uint64 number => Epochs.Epoch) epochs;
    }

    /// @notice Opens the next epoch with the given terms; an unfinished one before it is abandoned.
    function open(Committee storage self, TypedData.EpochTerms memory terms, Member[] calldata members) internal {
        _abandonUnfinished(self, terms.committeeId);
        self.latestEpoch = terms.epoch;
        self.epochs[terms.epoch].propose(members, terms.minSigners, terms.quorum, terms.membersHash);
        emit ICommitteeRegistry.EpochProposed(
            terms.committeeId,
            terms.epoch,
            msg.sender,
            members,
            terms.minSigners,
            terms.quorum,
            terms.membersHash
        );
    }

    /// @notice Marks an unfinished epoch as given up.
    function abandon(Committee storage self, bytes32 committeeId, uint64 epoch) internal {
        self.epochs[epoch].abandonedAt = uint64(block.timestamp);
        emit ICommitteeRegistry.EpochAbandoned(committeeId, epoch);
    }

    /// @notice Makes `epoch`, which is confirmed, the active one and retires the one before.
    function activate(Committee storage self, bytes32 committeeId, uint64 epoch) internal {
        uint64 previous = self.activeEpoch;
        Epochs.Epoch storage next = self.epochs[epoch];
        bool keyChanged = self.epochs[previous].groupAddress != next.groupAddress;
        if (previous != 0) {
            self.epochs[previous].retiredAt = uint40(block.timestamp);
            emit ICommitteeRegistry.EpochRetired(committeeId, previous);
        }
        self.activeEpoch = epoch;
        next.activatedAt = uint64(block.timestamp);
        next.isKeyNew = keyChanged;
        emit ICommitteeRegistry.EpochActivated(committeeId, epoch, next.groupAddress, next.groupKey, keyChanged);
    }

    /// @notice The active epoch. Reverts when there is none.
    function active(Committee storage self, bytes32 committeeId) internal view returns (Epochs.Epoch storage) {
        uint64 number = self.activeEpoch;
        if (number == 0) revert ICommitteeRegistry.CommitteeNotActive(committeeId);
        return self.epochs[number];
    }

    /// @notice An epoch that has the given status. Reverts otherwise.
    function withStatus(
        Committee storage self,
        bytes32 committeeId,
        uint64 number,
        EpochStatus needed
    ) internal view returns (Epochs.Epoch storage epoch) {
        epoch = self.epochs[number];
        EpochStatus status = epoch.status();
        if (status != needed) revert ICommitteeRegistry.CommitteeUnexpectedStatus(committeeId, number, status);
    }

    /// @notice Whether an epoch is proposed or confirmed, and neither active yet nor given up.
    function isUnfinished(Committee storage self, uint64 number) internal view returns (bool) {
        EpochStatus status = self.epochs[number].status();
        return status == EpochStatus.Proposed || status == EpochStatus.Confirmed;
    }

    function _abandonUnfinished(Committee storage self, bytes32 committeeId) private {
        uint64 latest = self.latestEpoch;
        if (isUnfinished(self, latest)) abandon(self, committeeId, latest);
    }
}
