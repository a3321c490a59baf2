// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDecisionRegistry} from "../interfaces/IDecisionRegistry.sol";
import {Budget} from "../types/Decision.sol";
import {Agents} from "./Agents.sol";
import {Decisions} from "./Decisions.sol";

/// @title The budgets of an agent's approved decisions that may still be executed
/// @notice An agent has a list of decisions that were approved with a budget. Which of them count is derived whenever it
/// is asked: an execution, a veto, a deadline, a new epoch and a new policy release a budget without anybody's doing. The
/// list is cleared of what is dead when the next approval comes.
library Reservations {
    /// @dev Most approved decisions with a budget that may be open at once.
    uint256 internal constant MAX_RESERVATIONS = 16;

    /// @notice Under which committee and policy a decision is alive.
    /// @param epoch The committee's active epoch.
    /// @param policyHash Hash of the vault's policy.
    struct Regime {
        uint32 epoch;
        bytes32 policyHash;
    }

    /// @notice Notes an approved decision, and forgets the dead ones.
    /// @param living_ What {living} answers.
    function add(Agents.Agent storage agent, bytes32[] memory living_, bytes32 decisionId) internal {
        uint256 count = living_.length;
        if (count == MAX_RESERVATIONS) revert IDecisionRegistry.DecisionReservationsFull(decisionId, MAX_RESERVATIONS);
        for (uint256 i = 0; i < count; ++i) {
            if (agent.reserved[i] != living_[i]) agent.reserved[i] = living_[i];
        }
        agent.reserved[count] = decisionId;
        agent.reservedCount = uint8(count + 1);
    }

    /// @notice The approved decisions that may still be executed, in the order of their approval.
    function living(
        Agents.Agent storage agent,
        mapping(bytes32 decisionId => Decisions.Decision) storage decisions,
        Regime memory regime
    ) internal view returns (bytes32[] memory ids) {
        uint256 length = agent.reservedCount;
        ids = new bytes32[](length);
        uint256 count = 0;
        for (uint256 i = 0; i < length; ++i) {
            bytes32 id = agent.reserved[i];
            if (_isAlive(decisions[id], regime)) ids[count++] = id;
        }
        // Shortens the list to what was filled.
        assembly ("memory-safe") {
            mstore(ids, count)
        }
    }

    /// @notice Adds to each of `budgets` what the decisions reserve of the same asset.
    function addTo(
        Budget[] memory budgets,
        mapping(bytes32 decisionId => Decisions.Decision) storage decisions,
        bytes32[] memory ids
    ) internal view {
        for (uint256 i = 0; i < ids.length; ++i) {
            Decisions.Decision storage decision = decisions[ids[i]];
            uint256 count = decision.course.budgetCount;
            for (uint256 j = 0; j < count; ++j) _addOne(budgets, decision.budgets[j]);
        }
    }

    /// @dev No overflow: 17 budgets of 2¹²⁸ each at most.
    function _addOne(Budget[] memory budgets, Budget one) private pure {
        for (uint256 i = 0; i < budgets.length; ++i) {
            if (budgets[i].indexOf() == one.indexOf()) budgets[i] = budgets[i].plus(one.amountOf());
        }
    }

    /// @dev Approved or Ready, as {Lifecycle} would say of a decision with a result whose epoch stands.
    function _isAlive(Decisions.Decision storage decision, Regime memory regime) private view returns (bool) {
        Decisions.Course memory course = decision.course;
        if (course.closing != Decisions.Closing.None || course.epoch != regime.epoch) return false;
        return block.timestamp <= course.deadline && decision.policyHash == regime.policyHash;
    }
}
