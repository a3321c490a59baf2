// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RollingSum} from "../../src/libraries/RollingSum.sol";
import {Test} from "../utils/Test.sol";

/// @notice Against the plain model: all additions in a list, summed up over the window.
contract RollingSumTest is Test {
    using RollingSum for RollingSum.Log;

    uint64 private constant WINDOW = 50;
    // Several of these windows pass in a run, most with more additions than storage was prepared for.
    uint64 private constant SHORT_WINDOW = 16;
    uint256 private constant STEPS = 60;

    RollingSum.Log private _log;
    uint256[] private _times;
    uint256[] private _amounts;

    function setUp() public {
        vm.warp(1_000);
    }

    /// @dev Long runs of several paces: many entries in the window, few, and pauses that empty it.
    function testFuzz_the_sum_is_exact_over_long_runs(uint256 seed) public {
        for (uint256 i = 0; i < STEPS; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            vm.warp(block.timestamp + _pause(seed));
            vm.assertEq(_log.sumInWindow(SHORT_WINDOW), _expected(), "read");
            _addAny(seed >> 128);
        }
    }

    function testFuzz_the_sum_is_exact_in_prepared_storage(uint256 seed) public {
        _log.prepare();
        testFuzz_the_sum_is_exact_over_long_runs(seed);
    }

    function _pause(uint256 seed) private pure returns (uint256) {
        uint256 pace = (seed >> 16) % 32;
        if (pace == 0) return SHORT_WINDOW - 1 + (seed % 3);
        if (pace == 1) return seed % (3 * SHORT_WINDOW);
        return seed % (1 + (pace % 4));
    }

    function test_the_edge_of_the_window() public {
        _log.add(1, WINDOW);
        vm.warp(block.timestamp + WINDOW - 1);
        vm.assertEq(_log.sumInWindow(WINDOW), 1, "the last second");
        vm.warp(block.timestamp + 1);
        vm.assertEq(_log.sumInWindow(WINDOW), 0, "left");
    }

    function test_a_window_longer_than_all_time_forgets_nothing() public {
        for (uint256 i = 0; i < 5; ++i) {
            vm.warp(block.timestamp + 1_000);
            vm.assertEq(_log.add(1, type(uint64).max), i + 1, "sum");
        }
        vm.assertEq(_log.sumInWindow(type(uint64).max), 5, "read");
    }

    /// @dev The total wraps around; the sums do not show it.
    function test_totals_beyond_80_bits() public {
        uint128 half = 1 << 79;
        for (uint256 i = 0; i < 20; ++i) {
            vm.assertEq(_log.add(half, WINDOW), uint256(half) + (i == 0 ? 0 : 1), "with what is left");
            vm.warp(block.timestamp + WINDOW - 1);
            vm.assertEq(_log.add(1, WINDOW), uint256(half) + 1, "with the one before");
            vm.warp(block.timestamp + 1);
            vm.assertEq(_log.sumInWindow(WINDOW), 1, "without");
        }
    }

    /// @dev No caller may be told a sum that fits when it does not.
    function test_a_sum_beyond_80_bits_is_told() public {
        _log.add(type(uint80).max, WINDOW);
        vm.assertEq(_log.add(type(uint128).max, WINDOW), uint256(type(uint80).max) + type(uint128).max, "sum");
    }

    /// @dev Prepared storage, then both buffers: the first and the later additions take no new storage word.
    function test_storage_is_prepared_and_used_again() public {
        _log.prepare();
        uint256[] memory spent = new uint256[](8 * WINDOW);
        for (uint256 i = 0; i < spent.length; ++i) {
            vm.warp(block.timestamp + 1);
            spent[i] = gasleft();
            uint256 sum = _log.add(1, WINDOW);
            spent[i] -= gasleft();
            vm.assertEq(sum, i < WINDOW ? i + 1 : WINDOW, "sum");
        }
        // The first one finds the head empty; the next ones stand in prepared words.
        for (uint256 i = 1; i <= RollingSum.PREPARED; ++i) vm.assertLe(spent[i], 14_000, "prepared");
        vm.assertGe(spent[RollingSum.PREPARED + 1], 22_000, "a new word");
        for (uint256 i = 4 * WINDOW; i < spent.length; ++i) vm.assertLe(spent[i], 14_000, "used again");
    }

    /// @dev Additions that find a buffer full are counted for too long, never for too short.
    function test_a_full_buffer_takes_the_last_addition_along() public {
        _log.add(1, WINDOW);
        vm.warp(block.timestamp + 1);
        _log.add(2, WINDOW);
        // All that came before stands at the places before the last one, as if it were long gone.
        _log.head.newerCount = uint16(RollingSum.MAX_COUNT);
        _log.buffers[0][RollingSum.MAX_COUNT - 1] = _log.buffers[0][0];
        vm.warp(block.timestamp + 10);
        vm.assertEq(_log.add(4, WINDOW), 7, "all");
        vm.assertEq(uint256(_log.head.newerCount), RollingSum.MAX_COUNT, "still full");
        vm.warp(block.timestamp + WINDOW - 1);
        vm.assertEq(_log.sumInWindow(WINDOW), 6, "the second leaves with the third");
        vm.warp(block.timestamp + 1);
        vm.assertEq(_log.sumInWindow(WINDOW), 0, "both left");
    }

    function _addAny(uint256 value) private {
        uint128 amount = uint128(value % 1_000);
        _times.push(block.timestamp);
        _amounts.push(amount);
        vm.assertEq(_log.add(amount, SHORT_WINDOW), _expected(), "added");
    }

    function _expected() private view returns (uint256 sum) {
        for (uint256 i = _times.length; i > 0 && _times[i - 1] + SHORT_WINDOW > block.timestamp; --i) {
            sum += _amounts[i - 1];
        }
    }
}
