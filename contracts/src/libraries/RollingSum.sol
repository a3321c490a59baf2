// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title An exact sum over a rolling window, whose storage is used again
/// @notice What was added in the last w seconds is the present total less the total w seconds ago. Former totals stand in
/// two buffers: the present one grows while the older one slides out of the window; once the older one serves no more, the
/// buffers change places and the slots of the older one are written over, which costs a quarter of writing new ones.
/// The window of one sum must always be the same.
library RollingSum {
    /// @notice A former total, and when it was the present one for the first time.
    struct Entry {
        uint40 time;
        uint128 total;
    }

    /// @notice One storage word.
    /// @param total Sum of all additions modulo 2¹²⁸; differences are exact because no window holds more.
    /// @param time Time of the last addition, zero before the first.
    /// @param count Entries of the present buffer.
    /// @param olderCount Entries of the older buffer. When there are any, the first lies outside of the window.
    /// @param hint An entry of the older buffer that lies outside of the window, not after the last one that does.
    /// @param isSwapped Which of the buffers is the present one.
    struct Head {
        uint128 total;
        uint40 time;
        uint32 count;
        uint32 olderCount;
        uint16 hint;
        bool isSwapped;
    }

    /// @notice The sum; empty before the first addition.
    struct Log {
        Head head;
        mapping(bool isSwapped => mapping(uint256 position => Entry)) buffers;
    }

    /// @notice Adds `amount` now.
    /// @param windowSeconds Length of the window, not zero.
    /// @return sum What was added in the window that ends now, with `amount`. It is right as long as it is below 2¹²⁸;
    /// the caller must revert when it is not.
    function add(Log storage self, uint128 amount, uint64 windowSeconds) internal returns (uint256 sum) {
        Head memory head = self.head;
        uint256 from = _windowStart(windowSeconds);
        if (head.time <= from) {
            self.head = Head(amount, uint40(block.timestamp), 0, 0, 0, head.isSwapped);
            return amount;
        }
        (uint128 base, bool isPresent, uint256 position) = _base(self, head, from);
        sum = uint256(_difference(head.total, base)) + amount;
        if (head.time != block.timestamp) _remember(self, head, isPresent, position);
        unchecked {
            head.total += amount;
        }
        self.head = head;
    }

    /// @notice What was added in the window that ends now.
    function sumInWindow(Log storage self, uint64 windowSeconds) internal view returns (uint256) {
        Head memory head = self.head;
        uint256 from = _windowStart(windowSeconds);
        if (head.time <= from) return 0;
        (uint128 base, , ) = _base(self, head, from);
        return _difference(head.total, base);
    }

    /// @dev Puts the total that ends now into a buffer; `position` is where the base of the window is.
    function _remember(Log storage self, Head memory head, bool isPresent, uint256 position) private {
        if (isPresent) {
            head.isSwapped = !head.isSwapped;
            head.olderCount = head.count;
            head.count = 0;
        }
        head.hint = uint16(Math.min(position, type(uint16).max));
        self.buffers[head.isSwapped][head.count] = Entry(head.time, head.total);
        head.count += 1;
        head.time = uint40(block.timestamp);
    }

    /// @dev The last total of `from` or before.
    /// @return total That total; zero when there is none, which is before anything left the window.
    /// @return isPresent Whether it stands in the present buffer.
    /// @return position Where it stands in its buffer.
    function _base(
        Log storage self,
        Head memory head,
        uint256 from
    ) private view returns (uint128 total, bool isPresent, uint256 position) {
        mapping(uint256 => Entry) storage present = self.buffers[head.isSwapped];
        if (head.olderCount != 0) {
            mapping(uint256 => Entry) storage older = self.buffers[!head.isSwapped];
            position = _lastUpTo(older, head.hint, head.olderCount, from);
            if (position + 1 < head.olderCount || present[0].time > from) {
                return (older[position].total, false, position);
            }
        } else if (head.count == 0 || present[0].time > from) {
            return (0, false, 0);
        }
        position = _lastUpTo(present, 0, head.count, from);
        return (present[position].total, true, position);
    }

    /// @dev Position of the last entry of `from` or before, where the one at `low` is such. It mostly is the same as the
    /// last time or the next one; steps that double, then halve, bound the cost when it is far.
    function _lastUpTo(
        mapping(uint256 => Entry) storage entries,
        uint256 low,
        uint256 length,
        uint256 from
    ) private view returns (uint256) {
        uint256 step = 1;
        while (low + step < length && entries[low + step].time <= from) {
            low += step;
            step *= 2;
        }
        uint256 high = Math.min(low + step, length);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (entries[middle].time <= from) low = middle;
            else high = middle;
        }
        return low;
    }

    /// @dev The second before the window that ends now; zero when the window is longer than all time.
    function _windowStart(uint64 windowSeconds) private view returns (uint256) {
        return block.timestamp < windowSeconds ? 0 : block.timestamp - windowSeconds;
    }

    function _difference(uint128 total, uint128 base) private pure returns (uint128) {
        unchecked {
            return total - base;
        }
    }
}
