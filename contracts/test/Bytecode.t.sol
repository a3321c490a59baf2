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
        address meter = address(vault.budgetMeter());
        address[5] memory contracts = [address(committees), address(decisions), address(vault), approvals, meter];
        for (uint256 i = 0; i < contracts.length; ++i) {
            uint256 instructions = _scan(contracts[i].code);
            vm.assertGe(instructions, contracts[i].code.length / 4, "the code was really read");
        }
    }

    function test_contracts_fit_the_size_limit_with_room_to_spare() public view {
        address[3] memory contracts = [address(committees), address(decisions), address(vault)];
        for (uint256 i = 0; i < contracts.length; ++i) vm.assertLe(contracts[i].code.length, 23_500, "size");
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
