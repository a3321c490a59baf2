// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Secp256k1} from "../../src/libraries/Secp256k1.sol";

/// @notice Public keys of private keys, by double-and-add on affine points.
library Keys {
    uint256 internal constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint256 private constant P = Secp256k1.P;
    uint256 private constant GX = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798;
    uint256 private constant GY = 0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8;

    /// @dev `privateKey` in 1 … N − 1; small keys are cheap.
    function publicKey(uint256 privateKey) internal view returns (bytes32, bytes32) {
        (uint256 x, uint256 y) = (0, 0);
        (uint256 powerX, uint256 powerY) = (GX, GY);
        for (uint256 rest = privateKey; rest != 0; rest >>= 1) {
            if (rest & 1 == 1) (x, y) = _add(x, y, powerX, powerY);
            (powerX, powerY) = _add(powerX, powerY, powerX, powerY);
        }
        return (bytes32(x), bytes32(y));
    }

    /// @dev The sum of two points; (0, 0) stands for the point at infinity. The sum of opposite points is not needed.
    function _add(uint256 x1, uint256 y1, uint256 x2, uint256 y2) private view returns (uint256 x, uint256 y) {
        if (x1 == 0 && y1 == 0) return (x2, y2);
        uint256 slope =
            x1 == x2
                ? mulmod(mulmod(3, mulmod(x1, x1, P), P), _inverse(mulmod(2, y1, P)), P)
                : mulmod(addmod(y2, P - y1, P), _inverse(addmod(x2, P - x1, P)), P);
        x = addmod(mulmod(slope, slope, P), P - addmod(x1, x2, P), P);
        y = addmod(mulmod(slope, addmod(x1, P - x, P), P), P - y1, P);
    }

    function _inverse(uint256 value) private view returns (uint256) {
        (, bytes memory result) = address(5).staticcall(
            abi.encode(uint256(32), uint256(32), uint256(32), value, P - 2, P)
        );
        return abi.decode(result, (uint256));
    }
}
