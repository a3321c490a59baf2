// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";

/// @notice Where a list of a policy begins in memory: the word that tells its length.
type List is uint256;

/// @title A policy as the code of a contract
/// @notice The code is a zero byte, which stops whoever calls it, and `abi.encode(policy)`. Reading it costs one cold
/// account and little for each word. Lists are read in place: the encoding was found canonical before it was written, so
/// every offset and every value in it is as the compiler would have written it.
library PolicyCode {
    /// @dev Most bytes of an encoded policy: a contract's code holds 24,576 (EIP-170).
    uint256 internal constant MAX_BYTES = 24_575;

    /// @dev Bytes before the policy's head in a `bytes` in memory: its length, the zero byte, the offset of the struct.
    uint256 private constant HEAD = 0x20 + 0x01 + 0x20;

    /// @notice Writes an encoded policy.
    /// @return pointer Account whose code it is.
    function write(bytes memory encoded) internal returns (address pointer) {
        if (encoded.length > MAX_BYTES) revert IAgentVault.VaultPolicyTooLarge(encoded.length);
        // push2 size, dup1, push1 10, returndatasize, codecopy, returndatasize, return: returns what follows these 10 bytes.
        bytes memory initCode = abi.encodePacked(hex"61", uint16(encoded.length + 1), hex"80600a3d393df300", encoded);
        assembly ("memory-safe") {
            pointer := create(0, add(initCode, 0x20), mload(initCode))
        }
        if (pointer == address(0)) revert Errors.FailedDeployment();
    }

    /// @notice Hash of the policy in the code that was read.
    function hash(bytes memory code) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            result := keccak256(add(code, 0x21), sub(mload(code), 1))
        }
    }

    /// @notice Word of the policy's head: a number, or the offset of a list.
    function word(bytes memory code, uint256 index) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(code, HEAD), shl(5, index)))
        }
    }

    /// @notice The list whose offset stands in a word of the policy's head.
    function list(bytes memory code, uint256 index) internal pure returns (List result) {
        uint256 offset = word(code, index);
        assembly ("memory-safe") {
            result := add(add(code, HEAD), offset)
        }
    }

    /// @notice How many entries a list has.
    function length(List self) internal pure returns (uint256 count) {
        assembly ("memory-safe") {
            count := mload(self)
        }
    }

    /// @notice One word of a list.
    /// @param position How many words of the list are before it.
    function at(List self, uint256 position) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(self, 0x20), shl(5, position)))
        }
    }
}
