// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Secp256k1} from "../../src/libraries/Secp256k1.sol";
import {Keys} from "../utils/Keys.sol";
import {Test} from "../utils/Test.sol";

contract Secp256k1Test is Test {
    function testFuzz_public_keys_are_points_with_the_right_address(uint64 seed) public view {
        uint256 privateKey = uint256(seed) + 1;
        (bytes32 x, bytes32 y) = Keys.publicKey(privateKey);
        vm.assertTrue(Secp256k1.isPoint(x, y), "point");
        vm.assertEq(Secp256k1.toAddress(x, y), vm.addr(privateKey), "address");
    }

    function testFuzz_a_changed_coordinate_is_no_point(uint64 seed, uint256 change) public view {
        vm.assume(change != 0);
        (bytes32 x, bytes32 y) = Keys.publicKey(uint256(seed) + 1);
        // The opposite point has the same x; no other y goes with it.
        bytes32 other = bytes32(uint256(y) ^ change);
        vm.assume(uint256(other) != Secp256k1.P - uint256(y));
        vm.assertTrue(!Secp256k1.isPoint(x, other), "no point");
    }

    function test_zero_and_unreduced_coordinates_are_no_points() public view {
        (bytes32 x, bytes32 y) = Keys.publicKey(1);
        vm.assertTrue(!Secp256k1.isPoint(0, 0), "zero");
        vm.assertTrue(!Secp256k1.isPoint(bytes32(Secp256k1.P), y), "x = p");
        vm.assertTrue(!Secp256k1.isPoint(x, bytes32(Secp256k1.P)), "y = p");
        // x = 1 gives a point whose x + p still fits 32 bytes: the same point written in another way.
        bytes32 one = bytes32(uint256(1));
        bytes32 itsY = 0x4218f20ae6c646b363db68605822fb14264ca8d2587fdd6fbc750d587e76a7ee;
        vm.assertTrue(Secp256k1.isPoint(one, itsY), "x = 1");
        vm.assertTrue(!Secp256k1.isPoint(bytes32(Secp256k1.P + 1), itsY), "x = p + 1");
    }
}
