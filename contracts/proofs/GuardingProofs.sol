// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Guarding} from "../src/libraries/Guarding.sol";

/// @notice What bounds a guardian's delays, for all times, proved of the library that the registry asks. What it does not
/// allow, the registry refuses.
abstract contract Rule {
    function _mayPause(uint40 pausedUntil, uint256 time, uint256 until) internal pure returns (bool) {
        return time >= Guarding.pausesFrom(pausedUntil) && Guarding.isPauseShort(time, until);
    }
}

/// @notice G1: a pause begins now and lasts 14 days at most.
contract APauseIsShort is Rule {
    function rule(uint40 pausedUntil, uint256 time, uint256 until) external pure {
        if (_mayPause(pausedUntil, time, until)) assert(until > time && until - time <= 14 days);
    }
}

/// @notice G2: from the end of one pause to the beginning of the next 30 days pass.
contract PausesLeaveAGap is Rule {
    function rule(uint40 pausedUntil, uint256 time, uint256 until) external pure {
        if (pausedUntil == 0 || !_mayPause(pausedUntil, time, until)) return;
        assert(time >= uint256(pausedUntil) + 30 days);
    }
}

/// @notice G3: whenever a decision becomes ready, within 14 days comes a second at which executions are not paused, neither
/// by the last pause that had begun nor by the next.
contract NobodyIsHeldLongerThanOnePause is Rule {
    function rule(
        uint40 pausedUntil,
        uint256 start,
        uint40 until,
        uint256 ready,
        uint256 nextStart,
        uint256 nextUntil
    ) external pure {
        if (start > ready || nextStart <= ready) return;
        if (!_mayPause(pausedUntil, start, until) || !_mayPause(until, nextStart, nextUntil)) return;
        uint256 free = until > ready ? until : ready;
        assert(free - ready <= 14 days);
        assert(!Guarding.isPaused(until, free) && nextStart > free);
    }
}

/// @notice G4: every veto lies within 30 days of the first one of its period.
contract VetoesEnd is Rule {
    function rule(uint64 firstVetoedAt, uint64 time) external pure {
        if (time < firstVetoedAt) return;
        uint64 first = Guarding.vetoPeriod(firstVetoedAt, time);
        if (first != 0) assert(first <= time && time - first <= 30 days);
    }
}

/// @notice G5: between the last second of one period and the first veto of the next lie 30 days.
contract VetoesLeaveAGap is Rule {
    function rule(uint64 firstVetoedAt, uint64 time) external pure {
        uint64 first = Guarding.vetoPeriod(firstVetoedAt, time);
        if (firstVetoedAt == 0 || first == 0 || first == firstVetoedAt) return;
        assert(time > uint256(firstVetoedAt) + 60 days);
    }
}
