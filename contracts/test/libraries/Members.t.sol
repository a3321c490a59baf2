// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommitteeRegistry} from "../../src/interfaces/ICommitteeRegistry.sol";
import {Members} from "../../src/libraries/Members.sol";
import {Test} from "../utils/Test.sol";

contract MembersTest is Test {
    function checkNumbers(uint256 memberCount, uint16 minSigners, uint16 quorum) external pure {
        Members.checkNumbers(memberCount, minSigners, quorum);
    }

    /// @dev Any two quorums overlap in more members than may lie: 2·quorum − n > ⌊(n−1)/3⌋.
    function testFuzz_numbers_are_accepted_exactly_when_two_quorums_share_an_honest_member(
        uint8 size,
        uint8 minSigners,
        uint8 quorum
    ) public {
        int256 n = int256(_between(size, 2, 64));
        bool isMinSignersRight = minSigners >= 2 && int256(uint256(minSigners)) <= n;
        int256 overlap = 2 * int256(uint256(quorum)) - n;
        bool isQuorumRight = int256(uint256(quorum)) <= n && overlap > (n - 1) / 3;
        bytes4 selector = _selectorOfRevert(
            address(this),
            abi.encodeCall(this.checkNumbers, (uint256(n), minSigners, quorum))
        );
        bytes4 expected =
            !isMinSignersRight
                ? ICommitteeRegistry.CommitteeMinSignersInvalid.selector
                : isQuorumRight
                    ? bytes4(0)
                    : ICommitteeRegistry.CommitteeQuorumInvalid.selector;
        vm.assertEq(selector, expected, "verdict");
    }

    function test_errors_name_the_numbers() public {
        _assertReverts(
            address(this),
            abi.encodeCall(this.checkNumbers, (4, 5, 3)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeMinSignersInvalid.selector, 5, 4)
        );
        _assertReverts(
            address(this),
            abi.encodeCall(this.checkNumbers, (4, 2, 2)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeQuorumInvalid.selector, 2, 4)
        );
        _assertReverts(
            address(this),
            abi.encodeCall(this.checkNumbers, (65, 2, 50)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeSizeInvalid.selector, 65)
        );
    }
}
