// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How long a guardian may hold things up
/// @notice Both powers have a period in which they may be used and one in which they may not, so that each delay ends by
/// itself. Only answers, no reverts: the bounds are proved of this very code (proofs/GuardingProofs.sol).
library Guarding {
    /// @dev How long a guardian may go on vetoing one payload after its first veto of it, and how long it then may not.
    uint256 internal constant VETO_PERIOD = 30 days;
    /// @dev Longest pause of an agent's executions.
    uint256 internal constant MAX_PAUSE = 14 days;
    /// @dev Shortest time between the end of one pause and the beginning of the next.
    uint256 internal constant PAUSE_GAP = 30 days;

    /// @notice The period in which a veto of a payload at `time` falls.
    /// @param firstVetoedAt First veto of the payload in the last period, zero if there was none.
    /// @return First veto of the period that counts now; zero when the payload may not be vetoed before {vetoesAgainAfter}.
    function vetoPeriod(uint64 firstVetoedAt, uint64 time) internal pure returns (uint64) {
        if (firstVetoedAt == 0 || time > vetoesAgainAfter(firstVetoedAt)) return time;
        return time <= firstVetoedAt + VETO_PERIOD ? firstVetoedAt : 0;
    }

    /// @notice Last second of a period and of the time without vetoes that follows it.
    function vetoesAgainAfter(uint64 firstVetoedAt) internal pure returns (uint256) {
        return firstVetoedAt + 2 * VETO_PERIOD;
    }

    /// @notice First second at which executions may be paused again; zero when they never were paused.
    /// @param pausedUntil First second after the last pause, zero if there was none.
    function pausesFrom(uint40 pausedUntil) internal pure returns (uint256) {
        return pausedUntil == 0 ? 0 : pausedUntil + PAUSE_GAP;
    }

    /// @notice Whether a pause from `time` until `until` has a length that is allowed.
    function isPauseShort(uint256 time, uint256 until) internal pure returns (bool) {
        return until > time && until - time <= MAX_PAUSE;
    }

    /// @notice Whether executions are paused at `time`.
    function isPaused(uint40 pausedUntil, uint256 time) internal pure returns (bool) {
        return time < pausedUntil;
    }
}
