// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {AgentGovernor, GovernorTerms} from "../../src/governance/AgentGovernor.sol";
import {VotesToken} from "../../src/governance/VotesToken.sol";
import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../../src/interfaces/IDecisionRegistry.sol";
import {Ids} from "../../src/libraries/Ids.sol";
import {Action} from "../../src/types/Action.sol";
import {AgentTerms, DecisionState} from "../../src/types/Decision.sol";
import {World} from "../utils/World.sol";

/// @notice An agent whose submitter are voters: from the proposal to the payment, and what neither side can do alone.
contract AgentGovernorTest is World {
    uint48 internal constant VOTING_DELAY = 1 days;
    uint32 internal constant VOTING_PERIOD = 3 days;
    uint256 internal constant TIMELOCK_DELAY = 2 days;
    uint8 internal constant AGAINST = 0;
    uint8 internal constant FOR = 1;
    bytes32 internal constant SALT = keccak256("proposal");
    address internal constant MAJORITY = address(0xA11CE);
    address internal constant MINORITY = address(0xB0B);
    address internal constant STRANGER = address(0x5712A);

    /// @dev What `queue` and `execute` of a governor take.
    struct Proposal {
        address[] targets;
        uint256[] values;
        bytes[] calldatas;
        string description;
    }

    AgentGovernor internal governor;
    VotesToken internal votes;
    address internal timelock;

    function setUp() public override {
        super.setUp();
        votes = new VotesToken("Votes", "VOTE", MAJORITY, 1_000);
        governor = new AgentGovernor(
            "Governor",
            votes,
            GovernorTerms(VOTING_DELAY, VOTING_PERIOD, 100, 50, TIMELOCK_DELAY)
        );
        timelock = governor.timelock();
        vm.prank(MAJORITY);
        votes.transfer(MINORITY, 400);
        _delegateToItself(MAJORITY);
        _delegateToItself(MINORITY);
        AgentTerms memory terms = _terms();
        terms.submitter = timelock;
        (agentId, vault) = _foundAgent(terms, _policy());
        token.mint(address(vault), 1_000_000);
        vm.warp(START + 1);
    }

    // ---- the whole path ----

    function test_voters_ask_the_committee_decides_and_the_vault_pays() public {
        (Proposal memory proposal, Action memory action, bytes32 id) = _paymentProposal(700);
        _carry(proposal);
        vm.assertEq(uint256(decisions.stateOf(id)), uint256(DecisionState.Pending), "submitted");
        vm.assertEq(decisions.decisionOf(id).submitter, timelock, "the submitter is the timelock");
        _resolve(id, true);
        vm.assertEq(uint256(decisions.stateOf(id)), uint256(DecisionState.Approved), "attested");
        vm.warp(block.timestamp + VETO_WINDOW);
        _execute(id, action);
        vm.assertEq(uint256(decisions.stateOf(id)), uint256(DecisionState.Executed), "executed");
        vm.assertEq(token.balanceOf(RECIPIENT), 700, "paid");
    }

    function test_a_defeated_proposal_submits_nothing() public {
        (Proposal memory proposal, , bytes32 id) = _paymentProposal(700);
        uint256 proposalId = _propose(proposal);
        _vote(proposalId, MAJORITY, AGAINST);
        _vote(proposalId, MINORITY, FOR);
        _assertOnlyFailsAs(proposal, proposalId, IGovernor.ProposalState.Defeated);
        _assertUnknown(id);
    }

    function test_a_proposal_that_too_few_take_part_in_submits_nothing() public {
        (Proposal memory proposal, , bytes32 id) = _paymentProposal(700);
        uint256 proposalId = _propose(proposal);
        _vote(proposalId, MINORITY, FOR);
        _assertOnlyFailsAs(proposal, proposalId, IGovernor.ProposalState.Defeated);
        _assertUnknown(id);
    }

    function test_nothing_is_submitted_before_the_timelock_lets_it() public {
        (Proposal memory proposal, , bytes32 id) = _paymentProposal(700);
        uint256 proposalId = _propose(proposal);
        _vote(proposalId, MAJORITY, FOR);
        vm.warp(governor.proposalDeadline(proposalId) + 1);
        _queue(proposal);
        vm.warp(block.timestamp + TIMELOCK_DELAY - 1);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _executeProposal(proposal);
        _assertUnknown(id);
    }

    function test_a_proposal_cannot_be_executed_twice() public {
        (Proposal memory proposal, , ) = _paymentProposal(700);
        _carry(proposal);
        vm.expectPartialRevert(IGovernor.GovernorUnexpectedProposalState.selector);
        _executeProposal(proposal);
    }

    function test_a_proposal_whose_deadline_has_passed_can_no_longer_submit() public {
        (Proposal memory proposal, Action memory action, ) = _paymentProposal(700);
        uint64 deadline = _now() + 7 days;
        proposal.calldatas[0] = _submitData(action, deadline);
        uint256 proposalId = _propose(proposal);
        _vote(proposalId, MAJORITY, FOR);
        vm.warp(governor.proposalDeadline(proposalId) + 1);
        _queue(proposal);
        vm.warp(deadline - VETO_WINDOW);
        vm.expectRevert(
            abi.encodeWithSelector(IDecisionRegistry.DecisionDeadlineTooSoon.selector, deadline, deadline + 1)
        );
        _executeProposal(proposal);
    }

    function test_voters_can_take_back_what_they_asked() public {
        (Proposal memory proposal, , bytes32 id) = _paymentProposal(700);
        _carry(proposal);
        _carry(_proposal(address(decisions), abi.encodeCall(decisions.cancel, (id)), "take it back"));
        vm.assertEq(uint256(decisions.stateOf(id)), uint256(DecisionState.Cancelled), "cancelled");
    }

    // ---- nobody else ----

    function test_a_copy_by_somebody_else_is_refused() public {
        (Proposal memory proposal, , ) = _paymentProposal(700);
        address[4] memory copiers = [STRANGER, MAJORITY, address(governor), address(vault)];
        for (uint256 i = 0; i < copiers.length; ++i) {
            _assertRevertsFor(
                copiers[i],
                address(decisions),
                proposal.calldatas[0],
                abi.encodeWithSelector(IDecisionRegistry.DecisionSubmitterNotAllowed.selector, copiers[i], timelock)
            );
        }
    }

    function test_another_governor_of_the_same_voters_is_refused() public {
        AgentGovernor other = new AgentGovernor(
            "Governor",
            votes,
            GovernorTerms(VOTING_DELAY, VOTING_PERIOD, 100, 50, TIMELOCK_DELAY)
        );
        address allowed = timelock;
        (Proposal memory proposal, , ) = _paymentProposal(700);
        governor = other;
        uint256 proposalId = _propose(proposal);
        _vote(proposalId, MAJORITY, FOR);
        vm.warp(governor.proposalDeadline(proposalId) + 1);
        _queue(proposal);
        vm.warp(block.timestamp + TIMELOCK_DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IDecisionRegistry.DecisionSubmitterNotAllowed.selector, other.timelock(), allowed)
        );
        _executeProposal(proposal);
    }

    function test_a_description_can_keep_others_from_making_the_proposal_first() public {
        (Proposal memory proposal, , ) = _paymentProposal(700);
        proposal.description = "pay\n#proposer=0x00000000000000000000000000000000000a11ce";
        bytes memory data = abi.encodeCall(
            governor.propose,
            (proposal.targets, proposal.values, proposal.calldatas, proposal.description)
        );
        _assertRevertsFor(
            MINORITY,
            address(governor),
            data,
            abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, MINORITY)
        );
        _propose(proposal);
    }

    function test_a_governor_that_moves_to_another_timelock_gives_up_the_agent() public {
        address left = timelock;
        address[] memory governors = new address[](1);
        governors[0] = address(governor);
        TimelockController next = new TimelockController(TIMELOCK_DELAY, governors, new address[](1), address(0));
        _carry(_proposal(address(governor), abi.encodeCall(governor.updateTimelock, (next)), "move"));
        (Proposal memory proposal, , ) = _paymentProposal(700);
        _assertRefusedWhenCarried(
            proposal,
            abi.encodeWithSelector(IDecisionRegistry.DecisionSubmitterNotAllowed.selector, address(next), left)
        );
    }

    function test_nobody_but_the_voters_can_use_the_timelock() public {
        (Proposal memory proposal, , ) = _paymentProposal(700);
        TimelockController target = TimelockController(payable(timelock));
        bytes32 role = target.PROPOSER_ROLE();
        bytes memory schedule = abi.encodeCall(
            target.scheduleBatch,
            (proposal.targets, proposal.values, proposal.calldatas, 0, 0, TIMELOCK_DELAY)
        );
        bytes memory grant = abi.encodeCall(target.grantRole, (role, address(this)));
        _assertReverts(timelock, schedule, _lacksRole(address(this), role));
        _assertReverts(timelock, grant, _lacksRole(address(this), bytes32(0)));
        vm.assertTrue(target.hasRole(role, address(governor)), "the governor proposes");
        vm.assertTrue(target.hasRole(target.CANCELLER_ROLE(), address(governor)), "the governor cancels");
        vm.assertTrue(!target.hasRole(bytes32(0), address(governor)), "the governor does not administrate");
    }

    // ---- neither side alone ----

    function test_voters_cannot_move_funds_without_the_committee() public {
        (Proposal memory proposal, Action memory action, bytes32 id) = _paymentProposal(700);
        _carry(proposal);
        bytes memory execute = abi.encodeCall(vault.execute, (id, action, _sign(0xBAD, _authorizationDigest(id))));
        _assertRefusedWhenCarried(
            _proposal(address(vault), execute, "execute what is pending"),
            abi.encodeWithSelector(IAgentVault.VaultDecisionNotReady.selector, id, DecisionState.Pending)
        );
        bytes memory mark = abi.encodeCall(decisions.markExecuted, (id));
        _assertRefusedWhenCarried(
            _proposal(address(decisions), mark, "say that it was executed"),
            abi.encodeWithSelector(IDecisionRegistry.DecisionNotVault.selector, timelock, address(vault))
        );
        _resolve(id, true);
        vm.warp(block.timestamp + VETO_WINDOW);
        address forger = vm.addr(0xBAD);
        _assertReverts(
            address(vault),
            execute,
            abi.encodeWithSelector(IAgentVault.VaultSignerMismatch.selector, forger, vm.addr(GROUP))
        );
        vm.assertEq(token.balanceOf(RECIPIENT), 0, "nothing left the vault");
    }

    function test_voters_cannot_move_more_than_the_policy_allows() public {
        (Proposal memory proposal, Action memory action, bytes32 id) = _paymentProposal(1_001);
        _carry(proposal);
        _resolve(id, true);
        vm.warp(block.timestamp + VETO_WINDOW);
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, action, _authorization(id))),
            abi.encodeWithSelector(
                IAgentVault.VaultTransactionCapExceeded.selector,
                address(token),
                uint256(1_001),
                uint256(1_000)
            )
        );
    }

    function test_the_committee_cannot_move_funds_without_the_voters() public {
        Action memory action = _transfer(700);
        (, , bytes32 id) = _paymentProposal(700);
        // All members and the group key work together; without a submission there is nothing to resolve or execute.
        bytes memory unknown = abi.encodeWithSelector(IDecisionRegistry.DecisionUnknown.selector, id);
        bytes32 digest = keccak256("whatever they sign");
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _signatures(FIRST_MEMBER, MEMBERS, digest))),
            unknown
        );
        _assertReverts(address(vault), abi.encodeCall(vault.execute, (id, action, _sign(GROUP, digest))), unknown);
        address member = vm.addr(FIRST_MEMBER);
        _assertRevertsFor(
            member,
            address(decisions),
            _submitData(action, _now() + LIFETIME),
            abi.encodeWithSelector(IDecisionRegistry.DecisionSubmitterNotAllowed.selector, member, timelock)
        );
    }

    function test_the_committee_can_refuse_what_the_voters_ask() public {
        (Proposal memory proposal, Action memory action, bytes32 id) = _paymentProposal(700);
        _carry(proposal);
        _resolve(id, false);
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, action, _sign(GROUP, _authorizationDigest(id)))),
            abi.encodeWithSelector(IAgentVault.VaultDecisionNotReady.selector, id, DecisionState.Rejected)
        );
    }

    // ---- proposals ----

    /// @dev A proposal that asks the agent for a transfer, the action, and the id its decision will have.
    function _paymentProposal(
        uint256 amount
    ) private view returns (Proposal memory proposal, Action memory action, bytes32 id) {
        action = _transfer(amount);
        uint64 deadline = _now() + 20 days;
        proposal = _proposal(address(decisions), _submitData(action, deadline), "pay");
        id = Ids.decisionId(
            Ids.Place(block.chainid, address(decisions)),
            Ids.DecisionContent(agentId, timelock, keccak256(abi.encode(action)), deadline, _anytime(), SALT)
        );
    }

    function _submitData(Action memory action, uint64 deadline) private view returns (bytes memory) {
        return abi.encodeCall(decisions.submit, (agentId, action, deadline, _anytime(), SALT));
    }

    function _proposal(
        address target,
        bytes memory data,
        string memory description
    ) private pure returns (Proposal memory proposal) {
        proposal = Proposal(new address[](1), new uint256[](1), new bytes[](1), description);
        proposal.targets[0] = target;
        proposal.calldatas[0] = data;
    }

    /// @dev Proposes, votes, queues and executes.
    function _carry(Proposal memory proposal) private {
        _carryToTheLastStep(proposal);
        _executeProposal(proposal);
    }

    function _carryToTheLastStep(Proposal memory proposal) private {
        uint256 proposalId = _propose(proposal);
        _vote(proposalId, MAJORITY, FOR);
        vm.warp(governor.proposalDeadline(proposalId) + 1);
        _queue(proposal);
        vm.warp(block.timestamp + TIMELOCK_DELAY);
    }

    function _assertRefusedWhenCarried(Proposal memory proposal, bytes memory reason) private {
        _carryToTheLastStep(proposal);
        _assertReverts(address(governor), _executeData(proposal), reason);
    }

    function _propose(Proposal memory proposal) private returns (uint256) {
        vm.prank(MAJORITY);
        return governor.propose(proposal.targets, proposal.values, proposal.calldatas, proposal.description);
    }

    function _vote(uint256 proposalId, address voter, uint8 support) private {
        vm.warp(governor.proposalSnapshot(proposalId) + 1);
        vm.prank(voter);
        governor.castVote(proposalId, support);
    }

    function _queue(Proposal memory proposal) private {
        bytes32 hash = keccak256(bytes(proposal.description));
        governor.queue(proposal.targets, proposal.values, proposal.calldatas, hash);
    }

    function _executeProposal(Proposal memory proposal) private {
        bytes32 hash = keccak256(bytes(proposal.description));
        governor.execute(proposal.targets, proposal.values, proposal.calldatas, hash);
    }

    function _executeData(Proposal memory proposal) private view returns (bytes memory) {
        bytes32 hash = keccak256(bytes(proposal.description));
        return abi.encodeCall(governor.execute, (proposal.targets, proposal.values, proposal.calldatas, hash));
    }

    /// @dev After its vote the proposal is in `state`, and can neither be queued nor executed.
    function _assertOnlyFailsAs(
        Proposal memory proposal,
        uint256 proposalId,
        IGovernor.ProposalState expected
    ) private {
        vm.warp(governor.proposalDeadline(proposalId) + 1);
        vm.assertEq(uint256(governor.state(proposalId)), uint256(expected), "state");
        vm.expectPartialRevert(IGovernor.GovernorUnexpectedProposalState.selector);
        _queue(proposal);
        vm.warp(block.timestamp + TIMELOCK_DELAY);
        vm.expectPartialRevert(IGovernor.GovernorUnexpectedProposalState.selector);
        _executeProposal(proposal);
    }

    function _assertUnknown(bytes32 id) private {
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.stateOf, (id)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionUnknown.selector, id)
        );
    }

    function _delegateToItself(address voter) private {
        vm.prank(voter);
        votes.delegate(voter);
    }

    function _lacksRole(address account, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role);
    }
}
