// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDecisionRegistry} from "../interfaces/IDecisionRegistry.sol";

/// @title How long a guardian may hold things up
/// @notice Both powers have a period in which they may be used and one in which they may not, so that each delay ends by
/// itself.
library Guarding {
    /// @dev How long a guardian may go on vetoing one payload after its first veto of it, and how long it then may not.
    uint256 internal constant VETO_PERIOD = 30 days;
    /// @dev Longest pause of an agent's executions.
    uint256 internal constant MAX_PAUSE = 14 days;
    /// @dev Shortest time between the end of one pause and the beginning of the next.
    uint256 internal constant PAUSE_GAP = 30 days;

    /// @notice Checks that a payload may be vetoed at `time`.
    /// @param firstVetoedAt First veto of the payload in the period that counts, zero if there was none.
    /// @return The first veto of the period that counts now.
    function checkVeto(bytes32 payloadHash, uint64 firstVetoedAt, uint256 time) internal pure returns (uint64) {
        if (firstVetoedAt == 0) return uint64(time);
        if (time <= firstVetoedAt + VETO_PERIOD) return firstVetoedAt;
        uint256 until = firstVetoedAt + 2 * VETO_PERIOD;
        if (time <= until) revert IDecisionRegistry.DecisionVetoesUsedUp(payloadHash, until);
        return uint64(time);
    }

    /// @notice Checks that executions may be paused from `time` until `until`.
    /// @param pausedUntil First second after the last pause, zero if there was none.
    function checkPause(bytes32 agentId, uint40 pausedUntil, uint256 time, uint256 until) internal pure {
        uint256 from = pausedUntil + PAUSE_GAP;
        if (pausedUntil != 0 && time < from) revert IDecisionRegistry.DecisionPausesUsedUp(agentId, from);
        if (until <= time || until > time + MAX_PAUSE) {
            revert IDecisionRegistry.DecisionPauseInvalid(until, time + MAX_PAUSE);
        }
    }

    /// @notice Whether executions are paused at `time`.
    function isPaused(uint40 pausedUntil, uint256 time) internal pure returns (bool) {
        return time < pausedUntil;
    }
}
