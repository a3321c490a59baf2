// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VotesToken} from "../../src/governance/VotesToken.sol";
import {Test} from "../utils/Test.sol";

contract VotesTokenTest is Test {
    uint256 private constant HOLDER_KEY = 0xA11CE;
    VotesToken private votes;
    address private holder;

    function setUp() public {
        holder = vm.addr(HOLDER_KEY);
        votes = new VotesToken("Votes", "VOTE", holder, 1_000);
    }

    function test_the_whole_supply_is_the_holders() public view {
        vm.assertEq(votes.totalSupply(), 1_000, "supply");
        vm.assertEq(votes.balanceOf(holder), 1_000, "balance");
    }

    function test_votes_follow_the_time_in_seconds_and_move_with_the_token() public {
        vm.warp(1_000);
        vm.prank(holder);
        votes.delegate(holder);
        vm.warp(1_010);
        vm.prank(holder);
        votes.transfer(address(0xB0B), 400);
        vm.warp(1_020);
        vm.assertEq(votes.clock(), 1_020, "clock");
        vm.assertEq(votes.CLOCK_MODE(), "mode=timestamp", "clock mode");
        vm.assertEq(votes.getPastVotes(holder, 999), 0, "before the delegation");
        vm.assertEq(votes.getPastVotes(holder, 1_009), 1_000, "before the transfer");
        vm.assertEq(votes.getPastVotes(holder, 1_010), 600, "after the transfer");
    }

    function test_permits_and_delegations_share_one_nonce() public {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)"),
                address(0xB0B),
                uint256(0),
                type(uint256).max
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", votes.DOMAIN_SEPARATOR(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(HOLDER_KEY, digest);
        votes.delegateBySig(address(0xB0B), 0, type(uint256).max, v, r, s);
        vm.assertEq(votes.nonces(holder), 1, "nonce");
        vm.assertEq(votes.getVotes(address(0xB0B)), 1_000, "votes");
    }
}
