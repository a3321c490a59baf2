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

    function recipientOf(Call calldata call) external pure returns (address) {
        return Spending.recipientOf(call);
    }

    function givesOperator(Call calldata call) external pure returns (bool) {
        return Spending.givesOperator(call);
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
        // Functions that are decoded have a rule of their own, tested below.
        vm.assume(data.length < 4 || !Spending.namesRecipient(bytes4(data)));
        bool isCall = data.length >= 4 && bytes4(data) != 0;
        vm.assertEq(this.isWellFormed(data), data.length == 0 || isCall, "verdict");
        vm.assertEq(bytes32(this.selectorOf(data)), data.length < 4 ? bytes32(0) : bytes32(bytes4(data)), "selector");
    }

    function test_decoded_calls_need_their_arguments() public view {
        for (uint256 i = 0; i < KNOWN; ++i) {
            Known memory known = _known(i);
            vm.assertTrue(this.isWellFormed(bytes.concat(known.selector, new bytes(32 * known.words))), "whole");
            vm.assertTrue(!this.isWellFormed(bytes.concat(known.selector, new bytes(32 * known.words - 1))), "short");
        }
    }

    /// @dev The recipient is read where the function has it, whatever stands in the upper bits.
    function testFuzz_recipients_are_read(uint256 choice, uint256 word, bytes32 other) public view {
        Known memory known = _known(choice % KNOWN);
        bytes memory data = bytes.concat(known.selector, new bytes(0));
        for (uint256 i = 0; i < known.words; ++i)
            data = bytes.concat(data, i == known.recipient ? bytes32(word) : other);
        vm.assertTrue(Spending.namesRecipient(known.selector), "named");
        vm.assertEq(this.recipientOf(Call(address(1), 0, data)), address(uint160(word)), "recipient");
        vm.assertTrue(!Spending.namesRecipient(bytes4(uint32(known.selector) ^ 1)), "another function");
    }

    function testFuzz_permits_count_when_they_are_of_the_vaults_tokens(
        bool withBytes,
        address owner,
        uint256 amount
    ) public view {
        bytes4 selector = withBytes ? Spending.PERMIT_WITH_BYTES : Spending.PERMIT;
        bytes memory rest = abi.encode(address(2), amount, bytes32(0), bytes32(0), bytes32(0), bytes32(0));
        vm.assume(owner != VAULT);
        vm.assertTrue(Spending.isDecoded(selector) && Spending.isAllowance(selector), "an allowance");
        bytes memory own = bytes.concat(selector, abi.encode(VAULT), rest);
        vm.assertEq(this.tokenAmount(Call(address(1), 0, own)), amount, "of the vault");
        bytes memory foreign = bytes.concat(selector, abi.encode(owner), rest);
        vm.assertEq(this.tokenAmount(Call(address(1), 0, foreign)), 0, "of another");
    }

    /// @dev A collection might take any number but zero as a yes.
    function testFuzz_operators_are_named_by_any_yes(uint256 word) public view {
        bytes memory data = abi.encodeWithSelector(Spending.SET_APPROVAL_FOR_ALL, address(1), word);
        vm.assertEq(this.givesOperator(Call(address(1), 0, data)), word != 0, "operator");
        vm.assertTrue(!Spending.isDecoded(Spending.SET_APPROVAL_FOR_ALL), "has no amount");
        data = abi.encodeWithSelector(Spending.APPROVE, address(1), word);
        vm.assertTrue(!this.givesOperator(Call(address(1), 0, data)), "no operator");
    }

    /// @dev One of the functions whose calldata is read.
    struct Known {
        bytes4 selector;
        uint256 words;
        uint256 recipient;
    }

    uint256 private constant KNOWN = 11;

    function _known(uint256 index) private pure returns (Known memory) {
        return
            [
                Known(0xa9059cbb, 2, 0),
                Known(0x095ea7b3, 2, 0),
                Known(0x39509351, 2, 0),
                Known(0x23b872dd, 3, 1),
                Known(0xd505accf, 7, 1),
                Known(0x9fd5a6cf, 5, 1),
                Known(0xa22cb465, 2, 0),
                Known(0x42842e0e, 3, 1),
                Known(0xb88d4fde, 4, 1),
                Known(0xf242432a, 5, 1),
                Known(0x2eb2c2d6, 5, 1)
            ][index];
    }
}
