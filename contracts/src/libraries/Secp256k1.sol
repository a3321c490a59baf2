// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Points of secp256k1
/// @notice Source: SEC 2, version 2.0, section 2.4.1. The curve is y² = x³ + 7 over the prime field of order `P`.
library Secp256k1 {
    /// @dev Order of the field.
    uint256 internal constant P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F;

    /// @notice Whether (x, y) are the reduced affine coordinates of a point of the curve. The zero pair is not: it does
    /// not satisfy the equation.
    function isPoint(bytes32 x, bytes32 y) internal pure returns (bool) {
        uint256 a = uint256(x);
        uint256 b = uint256(y);
        if (a >= P || b >= P) return false;
        return mulmod(b, b, P) == addmod(mulmod(mulmod(a, a, P), a, P), 7, P);
    }

    /// @notice Ethereum address of the public key (x, y).
    function toAddress(bytes32 x, bytes32 y) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(x, y)))));
    }
}
