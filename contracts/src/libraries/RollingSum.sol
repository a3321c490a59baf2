// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice An addition, two to a storage word: 40 bits of its time, then 80 bits of the total before it.
type Entry is uint128;

using {timeOf, totalBefore} for Entry;

/// @dev When the addition was made.
function timeOf(Entry self) pure returns (uint256) {
    return Entry.unwrap(self) >> 80;
}

/// @dev The total before the addition, modulo 2⁸⁰.
function totalBefore(Entry self) pure returns (uint80) {
    return uint80(Entry.unwrap(self));
}

/// @title An exact sum over a rolling window, whose storage is used again
/// @notice What was added in the last w seconds is the present total less the total before the first addition inside the
/// window. The head keeps that difference and the time of that first addition, so that nothing else is read until it
/// leaves the window. Further additions stand in two buffers: the newer one grows while the older one slides out of the
/// window; once the older one serves no more, the buffers change places and the slots of the older one are written over.
/// The window of one sum must always be the same, unless it is restarted.
library RollingSum {
    /// @dev Additions per buffer whose storage {prepare} pays for.
    uint256 internal constant PREPARED = 8;
    /// @dev Most additions in a buffer.
    uint256 internal constant MAX_COUNT = 65_535;

    /// @notice One storage word.
    /// @param total Sum of all additions modulo 2⁸⁰; differences are exact because no window holds more.
    /// @param sum Sum of the additions that were in the window at the last addition.
    /// @param first Time of the first of them.
    /// @param position Where that one stands in the older buffer.
    /// @param olderCount Additions in the older buffer; zero when the window was empty.
    /// @param newerCount Additions in the newer buffer.
    /// @param isSwapped Which of the buffers is the newer one.
    struct Head {
        uint80 total;
        uint80 sum;
        uint40 first;
        uint16 position;
        uint16 olderCount;
        uint16 newerCount;
        bool isSwapped;
    }

    /// @notice The sum; empty before the first addition.
    struct Log {
        Head head;
        Entry[MAX_COUNT][2] buffers;
    }

    /// @notice Pays for the storage of the first additions, so that they cost a quarter. To be called before the first.
    function prepare(Log storage self) internal {
        for (uint256 i = 0; i < PREPARED; ++i) {
            self.buffers[0][i] = Entry.wrap(type(uint128).max);
            self.buffers[1][i] = Entry.wrap(type(uint128).max);
        }
    }

    /// @notice Adds `amount` now.
    /// @param windowSeconds Length of the window, not zero.
    /// @return sum What was added in the window that ends now, with `amount`. It is right as long as it is below 2⁸⁰;
    /// the caller must revert when it is not.
    function add(Log storage self, uint128 amount, uint64 windowSeconds) internal returns (uint256 sum) {
        Head memory head = self.head;
        _slide(self, head, windowSeconds);
        sum = uint256(head.sum) + amount;
        _append(self, head);
        unchecked {
            head.total += uint80(amount);
        }
        head.sum = uint80(sum);
        self.head = head;
    }

    /// @notice Forgets all additions and makes one of them now, with which another window may begin.
    /// @param sum At most 2⁸⁰ − 1.
    function restart(Log storage self, uint80 sum) internal {
        bool isSwapped = self.head.isSwapped;
        if (sum == 0) self.head = Head(0, 0, 0, 0, 0, 0, isSwapped);
        else self.head = Head(sum, sum, uint40(block.timestamp), 0, 1, 0, isSwapped);
    }

    /// @notice What was added in the window that ends now.
    function sumInWindow(Log storage self, uint64 windowSeconds) internal view returns (uint256) {
        Head memory head = self.head;
        _slide(self, head, windowSeconds);
        return head.sum;
    }

    /// @dev Leaves in `head` what is inside the window that ends now.
    function _slide(Log storage self, Head memory head, uint64 windowSeconds) private view {
        uint256 from = block.timestamp < windowSeconds ? 0 : block.timestamp - windowSeconds;
        if (head.olderCount == 0 || head.first > from) return;
        if (_newestTime(self, head) <= from) {
            (head.olderCount, head.newerCount, head.sum) = (0, 0, 0);
            return;
        }
        uint256 position = _firstAfter(_older(self, head), uint256(head.position) + 1, head.olderCount, from);
        if (position == head.olderCount) {
            (head.olderCount, head.newerCount, head.isSwapped) = (head.newerCount, 0, !head.isSwapped);
            position = _firstAfter(_older(self, head), 0, head.olderCount, from);
        }
        Entry entry = _older(self, head)[position];
        head.position = uint16(position);
        head.first = uint40(entry.timeOf());
        unchecked {
            head.sum = head.total - entry.totalBefore();
        }
    }

    /// @dev Notes an addition that is made now. The first in a window needs no entry: the head tells all of it. When a
    /// buffer is full, the last addition in it counts as made now, together with this one: it leaves too late.
    function _append(Log storage self, Head memory head) private {
        if (head.olderCount == 0) {
            (head.first, head.position, head.olderCount) = (uint40(block.timestamp), 0, 1);
            return;
        }
        Entry[MAX_COUNT] storage newer = self.buffers[head.isSwapped ? 1 : 0];
        uint80 total = head.total;
        if (head.newerCount == MAX_COUNT) total = newer[--head.newerCount].totalBefore();
        newer[head.newerCount++] = Entry.wrap((uint128(uint40(block.timestamp)) << 80) | total);
    }

    /// @dev Position of the first entry after `from`, at `start` or later; `length` when there is none. It mostly is the
    /// first one looked at; steps that double, then halve, bound the cost when it is far.
    function _firstAfter(
        Entry[MAX_COUNT] storage entries,
        uint256 start,
        uint256 length,
        uint256 from
    ) private view returns (uint256 low) {
        uint256 high = start;
        low = start;
        for (uint256 step = 1; high < length && entries[high].timeOf() <= from; step *= 2) {
            low = high + 1;
            high += step;
        }
        high = Math.min(high, length);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (entries[middle].timeOf() <= from) low = middle + 1;
            else high = middle;
        }
    }

    /// @dev When the last addition was made. Where an execution adds, its word is written next, mostly.
    function _newestTime(Log storage self, Head memory head) private view returns (uint256) {
        if (head.newerCount != 0) return self.buffers[head.isSwapped ? 1 : 0][head.newerCount - 1].timeOf();
        uint256 last = uint256(head.olderCount) - 1;
        return last == head.position ? head.first : _older(self, head)[last].timeOf();
    }

    function _older(Log storage self, Head memory head) private view returns (Entry[MAX_COUNT] storage) {
        return self.buffers[head.isSwapped ? 0 : 1];
    }
}
