// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

/// @notice How a governor votes. Times are in the clock of its votes: seconds with {VotesToken}.
/// @param votingDelay Time between a proposal and the beginning of its vote.
/// @param votingPeriod How long the vote lasts.
/// @param proposalThreshold Votes that a proposer needs.
/// @param quorumPercent Share of all votes that must take part, 0 to 100.
/// @param timelockDelay Seconds between queueing and execution.
struct GovernorTerms {
    uint48 votingDelay;
    uint32 votingPeriod;
    uint256 proposalThreshold;
    uint256 quorumPercent;
    uint256 timelockDelay;
}

/// @title Voters as an agent's submitter
/// @notice OpenZeppelin's Governor with a timelock of its own. Make {timelock} the `submitter` of an agent: then a
/// decision of that agent begins as a proposal whose one call is `DecisionRegistry.submit`, and goes the usual way once
/// the proposal is executed. Voters decide what is asked, the committee whether it is done, the vault's policy what can
/// be done at all.
///
/// The timelock is made by the constructor: only this governor proposes and cancels there, anyone may execute, and it
/// has no administrator from its first block. An agent's terms never change, so a governor that moves to another
/// timelock ({updateTimelock}) gives up the agents of the old one.
contract AgentGovernor is
    Governor,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorTimelockControl
{
    constructor(
        string memory name_,
        IVotes votes,
        GovernorTerms memory terms
    )
        Governor(name_)
        GovernorSettings(terms.votingDelay, terms.votingPeriod, terms.proposalThreshold)
        GovernorVotes(votes)
        GovernorVotesQuorumFraction(terms.quorumPercent)
        GovernorTimelockControl(_newTimelock(terms.timelockDelay, address(this)))
    {}

    /// @notice State of a proposal.
    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(proposalId);
    }

    /// @notice Whether a proposal goes through the timelock: each does.
    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @notice Votes that a proposer needs.
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}

/// @dev A timelock without administrator, where `governor` proposes and cancels and anyone executes.
function _newTimelock(uint256 delay, address governor) returns (TimelockController) {
    address[] memory proposers = new address[](1);
    proposers[0] = governor;
    return new TimelockController(delay, proposers, new address[](1), address(0));
}
