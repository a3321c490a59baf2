// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Spending} from "../../src/libraries/Spending.sol";
import {Call} from "../../src/types/Action.sol";
import {Test} from "../utils/Test.sol";

contract SpendingTest is Test {
    address private constant VAULT = address(0x7A017);

    function tokenAmount(Call calldata call) external pure returns (uint256) {
        return Spending.tokenAmount(call, VAULT);
    }

    function isWellFormed(bytes calldata data) external pure returns (bool) {
        return Spending.isWellFormed(data);
    }

    function selectorOf(bytes calldata data) external pure returns (bytes4) {
        return Spending.selectorOf(data);
    }

    function testFuzz_amounts_are_read_whatever_stands_around_them(
        uint8 choice,
        address other,
        uint256 amount,
        bytes calldata tail
    ) public view {
        string[3] memory functions = [
            "transfer(address,uint256)",
            "approve(address,uint256)",
            "increaseAllowance(address,uint256)"
        ];
        bytes memory data = abi.encodeWithSignature(functions[choice % 3], other, amount);
        data = bytes.concat(data, tail);
        vm.assertTrue(Spending.isDecoded(bytes4(data)), "decoded");
        vm.assertTrue(this.isWellFormed(data), "well formed");
        vm.assertEq(this.tokenAmount(Call(address(1), 0, data)), amount, "amount");
    }

    function testFuzz_pulls_count_when_they_pull_from_the_vault(
        uint96 dirt,
        bool isFromVault,
        address other,
        uint256 amount
    ) public view {
        vm.assume(other != VAULT);
        address from = isFromVault ? VAULT : other;
        bytes memory data = abi.encodePacked(
            Spending.TRANSFER_FROM,
            bytes32((uint256(dirt) << 160) | uint160(from)),
            abi.encode(other, amount)
        );
        vm.assertEq(this.tokenAmount(Call(address(1), 0, data)), isFromVault ? amount : 0, "amount");
    }

    function testFuzz_calldata_is_well_formed_exactly_when_it_is_empty_or_a_whole_call(
        bytes calldata data
    ) public view {
        // Decoded functions have a rule of their own, tested below.
        vm.assume(data.length < 4 || !Spending.isDecoded(bytes4(data)));
        bool isCall = data.length >= 4 && bytes4(data) != 0;
        vm.assertEq(this.isWellFormed(data), data.length == 0 || isCall, "verdict");
        vm.assertEq(bytes32(this.selectorOf(data)), data.length < 4 ? bytes32(0) : bytes32(bytes4(data)), "selector");
    }

    function test_decoded_calls_need_their_arguments() public view {
        bytes4[4] memory selectors = [
            Spending.TRANSFER,
            Spending.APPROVE,
            Spending.INCREASE_ALLOWANCE,
            Spending.TRANSFER_FROM
        ];
        for (uint256 i = 0; i < selectors.length; ++i) {
            uint256 needed = i == 3 ? 96 : 64;
            vm.assertTrue(this.isWellFormed(bytes.concat(selectors[i], new bytes(needed))), "whole");
            vm.assertTrue(!this.isWellFormed(bytes.concat(selectors[i], new bytes(needed - 1))), "short");
        }
    }
}
