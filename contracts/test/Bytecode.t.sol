// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {World} from "./utils/World.sol";

/// @notice What the deployed contracts cannot do, read from their code.
contract BytecodeTest is World {
    bytes1 private constant ORIGIN = 0x32;
    bytes1 private constant CALLCODE = 0xf2;
    bytes1 private constant DELEGATECALL = 0xf4;
    bytes1 private constant SELFDESTRUCT = 0xff;

    function test_no_contract_delegates_destroys_itself_or_asks_for_the_origin() public view {
        address approvals = address(vault.typedDataApprovals());
        address[5] memory contracts = [
            address(committees),
            address(decisions),
            address(engine),
            address(vault),
            approvals
        ];
        for (uint256 i = 0; i < contracts.length; ++i) {
            uint256 instructions = _scan(contracts[i].code);
            vm.assertGe(instructions, contracts[i].code.length / 4, "the code was really read");
        }
    }

    function test_contracts_fit_the_size_limit_with_room_to_spare() public view {
        address[4] memory contracts = [address(committees), address(decisions), address(engine), address(vault)];
        for (uint256 i = 0; i < contracts.length; ++i) vm.assertLe(contracts[i].code.length, 23_500, "size");
    }

    /// @dev No storage, and no call that could change anything.
    function test_the_policy_engine_changes_nothing() public view {
        bytes1[9] memory effects = [bytes1(0x55), 0x5d, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xf0, 0xf1];
        for (uint256 i = 0; i < effects.length; ++i) vm.assertEq(_count(address(engine).code, effects[i]), 0, "effect");
        vm.assertEq(_count(address(engine).code, 0xf5), 0, "CREATE2");
        vm.assertEq(_count(address(engine).code, 0x54), 0, "SLOAD");
        vm.assertGe(_count(address(engine).code, 0xfa), 1, "STATICCALL, so that the code was really read");
    }

    function _count(bytes memory code, bytes1 wanted) private pure returns (uint256 found) {
        uint256 end = code.length - 2 - uint16(bytes2(bytes.concat(code[code.length - 2], code[code.length - 1])));
        for (uint256 place = 0; place < end; ++place) {
            if (code[place] == wanted) ++found;
            if (code[place] >= 0x60 && code[place] <= 0x7f) place += uint8(code[place]) - 0x5f;
        }
    }

    /// @dev Reads one instruction after the other, without what they push, up to the metadata at the end.
    function _scan(bytes memory code) private pure returns (uint256 instructions) {
        uint256 end = code.length - 2 - uint16(bytes2(bytes.concat(code[code.length - 2], code[code.length - 1])));
        for (uint256 place = 0; place < end; ++place) {
            bytes1 opcode = code[place];
            bool isForbidden =
                opcode == ORIGIN || opcode == CALLCODE || opcode == DELEGATECALL || opcode == SELFDESTRUCT;
            vm.assertTrue(!isForbidden, "forbidden instruction");
            if (opcode >= 0x60 && opcode <= 0x7f) place += uint8(opcode) - 0x5f;
            ++instructions;
        }
    }
}
