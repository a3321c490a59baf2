// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommitteeRegistry} from "../interfaces/ICommitteeRegistry.sol";
import {Member} from "../types/Committee.sol";
import {Secp256k1} from "./Secp256k1.sol";

/// @title What makes a member list and its two numbers acceptable
library Members {
    /// @dev Fewest members of an epoch.
    uint256 internal constant MIN_MEMBERS = 2;
    /// @dev Most members of an epoch.
    uint256 internal constant MAX_MEMBERS = 64;
    /// @dev Longest endpoint, in bytes.
    uint256 internal constant MAX_ENDPOINT_BYTES = 256;

    /// @notice Checks size and numbers. With f = ⌊(n−1)/3⌋ lying members, 2·quorum > n + f makes any two quorums share
    /// an honest member, so that two results can never both be canonical.
    function checkNumbers(uint256 memberCount, uint16 minSigners, uint16 quorum) internal pure {
        if (memberCount < MIN_MEMBERS || memberCount > MAX_MEMBERS) {
            revert ICommitteeRegistry.CommitteeSizeInvalid(memberCount);
        }
        if (minSigners < 2 || minSigners > memberCount) {
            revert ICommitteeRegistry.CommitteeMinSignersInvalid(minSigners, memberCount);
        }
        uint256 faulty = (memberCount - 1) / 3;
        if (quorum > memberCount || 2 * uint256(quorum) <= memberCount + faulty) {
            revert ICommitteeRegistry.CommitteeQuorumInvalid(quorum, memberCount);
        }
    }

    /// @notice Checks each member and returns the addresses of the identity keys, in order.
    function identities(Member[] calldata members) internal pure returns (address[] memory list) {
        list = new address[](members.length);
        for (uint256 i = 0; i < members.length; ++i) {
            list[i] = _identity(i, members[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (list[j] == list[i]) revert ICommitteeRegistry.CommitteeIdentityKeyRepeated(i, list[i]);
            }
        }
    }

    function _identity(uint256 index, Member calldata member) private pure returns (address) {
        if (!Secp256k1.isPoint(member.x, member.y)) {
            revert ICommitteeRegistry.CommitteeIdentityKeyInvalid(index, member.x, member.y);
        }
        uint256 length = bytes(member.endpoint).length;
        if (length > MAX_ENDPOINT_BYTES) revert ICommitteeRegistry.CommitteeEndpointTooLong(index, length);
        return Secp256k1.toAddress(member.x, member.y);
    }
}
