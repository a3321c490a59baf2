// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgentVault} from "../src/AgentVault.sol";
import {ICommitteeRegistry} from "../src/interfaces/ICommitteeRegistry.sol";
import {IDecisionRegistry} from "../src/interfaces/IDecisionRegistry.sol";
import {Ids} from "../src/libraries/Ids.sol";
import {TypedData} from "../src/libraries/TypedData.sol";
import {Action, Call} from "../src/types/Action.sol";
import {Member, SignedBy} from "../src/types/Committee.sol";
import {
    AgentTerms,
    AgentView,
    ANY_SEQUENCE,
    Binding,
    Budget,
    DecisionState,
    DecisionView,
    ExecutionTerms
} from "../src/types/Decision.sol";
import {Vm} from "./utils/Vm.sol";
import {World} from "./utils/World.sol";

contract DecisionRegistryTest is World {
    // ---- registerAgent ----

    function test_an_agent_is_what_its_terms_say() public view {
        AgentView memory agent = decisions.agentOf(agentId);
        AgentTerms memory terms = _terms();
        terms.vault = address(vault);
        vm.assertEq(keccak256(abi.encode(agent.terms)), keccak256(abi.encode(terms)), "terms");
        vm.assertEq(agent.registrant, address(this), "registrant");
        vm.assertEq(agent.registeredAt, START, "registeredAt");
        vm.assertEq(agent.sequence, 0, "sequence");
        vm.assertEq(agent.stateRoot, bytes32(0), "state root");
    }

    function test_an_agent_cannot_be_registered_twice() public {
        AgentTerms memory terms = decisions.agentOf(agentId).terms;
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.registerAgent, (bytes32(uint256(1)), terms)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionAgentAlreadyExists.selector, agentId)
        );
    }

    function test_a_vault_of_another_agent_is_refused() public {
        AgentTerms memory terms = decisions.agentOf(agentId).terms;
        bytes32 salt = keccak256("salt");
        bytes32 id = decisions.computeAgentId(address(this), salt, terms);
        address[3] memory vaults = [address(vault), RECIPIENT, address(0)];
        for (uint256 i = 0; i < vaults.length; ++i) {
            terms.vault = vaults[i];
            _assertReverts(
                address(decisions),
                abi.encodeCall(decisions.registerAgent, (salt, terms)),
                abi.encodeWithSelector(IDecisionRegistry.DecisionVaultMismatch.selector, vaults[i], id)
            );
        }
    }

    function test_a_vault_of_another_registry_is_refused() public {
        AgentTerms memory terms = _terms();
        bytes32 salt = keccak256("salt");
        bytes32 id = decisions.computeAgentId(address(this), salt, terms);
        terms.vault = address(new AgentVault(decisions, id, _policy()));
        vm.mockCall(terms.vault, abi.encodeWithSignature("registry()"), abi.encode(RECIPIENT));
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.registerAgent, (salt, terms)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionVaultMismatch.selector, terms.vault, id)
        );
    }

    function test_a_committee_without_an_active_epoch_is_refused() public {
        AgentTerms memory terms = _terms();
        terms.committeeId = keccak256("nobody");
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.registerAgent, (0, terms)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionCommitteeNotActive.selector, terms.committeeId)
        );
    }

    function test_a_veto_window_has_14_days_at_most() public {
        AgentTerms memory terms = _terms();
        terms.vetoWindow = 14 days;
        _foundAgent(terms, _policy());
        terms.vetoWindow = 14 days + 1;
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.registerAgent, (0, terms)),
            abi.encodeWithSelector(
                IDecisionRegistry.DecisionVetoWindowTooLong.selector,
                uint64(14 days + 1),
                uint64(14 days)
            )
        );
    }

    // ---- submit ----

    function test_a_submission_records_its_facts() public {
        Action memory action = _transfer(10);
        bytes32 id = _submit(action, 0);
        DecisionView memory decision = decisions.decisionOf(id);
        vm.assertTrue(decision.state == DecisionState.Pending, "state");
        vm.assertEq(decision.agentId, agentId, "agent");
        vm.assertEq(decision.committeeId, committeeId, "committee");
        vm.assertEq(decision.epoch, 1, "epoch");
        vm.assertEq(decision.submitter, address(this), "submitter");
        vm.assertEq(decision.payloadHash, decisions.hashAction(action), "payload");
        vm.assertEq(decision.policyHash, vault.policyHash(), "policy");
        vm.assertEq(decision.quorum, QUORUM, "quorum");
        vm.assertEq(decision.vetoWindow, VETO_WINDOW, "veto window");
        vm.assertEq(decision.deadline, START + LIFETIME, "deadline");
        vm.assertEq(decision.expectedSequence, 0, "sequence");
        vm.assertEq(decision.predecessor, bytes32(0), "predecessor");
        vm.assertEq(decision.submittedAt, START, "submittedAt");
        vm.assertEq(decision.resolvedAt + decision.readyAt + decision.executedAt, 0, "nothing else yet");
    }

    function test_a_submission_announces_the_whole_payload() public {
        Action memory action = _transfer(10);
        vm.recordLogs();
        Binding memory binding = Binding(0, 0, _submit(action));
        vm.getRecordedLogs();
        decisions.submit(agentId, action, _now() + LIFETIME, binding, keccak256("salt"));
        Vm.Log memory log = vm.getRecordedLogs()[0];
        vm.assertEq(log.topics[0], IDecisionRegistry.DecisionSubmitted.selector, "event");
        vm.assertEq(log.topics[2], agentId, "agent");
        vm.assertEq(
            log.data,
            abi.encode(
                action,
                _now() + LIFETIME,
                binding,
                keccak256("salt"),
                committeeId,
                uint64(1),
                vault.policyHash(),
                QUORUM,
                VETO_WINDOW
            ),
            "data"
        );
    }

    function test_the_same_decision_twice_is_refused() public {
        bytes memory call = _submitCall(_transfer(10), _now() + LIFETIME, _anytime());
        (, bytes memory result) = address(decisions).call(call);
        _assertReverts(
            address(decisions),
            call,
            abi.encodeWithSelector(IDecisionRegistry.DecisionAlreadyExists.selector, abi.decode(result, (bytes32)))
        );
    }

    function test_a_copied_submission_is_another_decision() public {
        bytes memory call = _submitCall(_transfer(10), _now() + LIFETIME, _anytime());
        (, bytes memory mine) = address(decisions).call(call);
        vm.prank(RECIPIENT);
        (, bytes memory theirs) = address(decisions).call(call);
        vm.assertTrue(abi.decode(mine, (bytes32)) != abi.decode(theirs, (bytes32)), "the submitter is in the id");
    }

    function test_an_unknown_agent_takes_no_decision() public {
        bytes32 unknown = keccak256("unknown");
        bytes memory reason = abi.encodeWithSelector(IDecisionRegistry.DecisionAgentUnknown.selector, unknown);
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.submit, (unknown, _transfer(1), _now() + LIFETIME, _anytime(), 0)),
            reason
        );
        _assertReverts(address(decisions), abi.encodeCall(decisions.agentOf, (unknown)), reason);
    }

    function test_an_agent_may_have_one_submitter() public {
        AgentTerms memory terms = _terms();
        terms.submitter = RECIPIENT;
        (agentId, vault) = _foundAgent(terms, _policy());
        bytes memory call = _submitCall(_transfer(1), _now() + LIFETIME, _anytime());
        _assertReverts(
            address(decisions),
            call,
            abi.encodeWithSelector(IDecisionRegistry.DecisionSubmitterNotAllowed.selector, address(this), RECIPIENT)
        );
        vm.prank(RECIPIENT);
        (bool success, ) = address(decisions).call(call);
        vm.assertTrue(success, "the submitter may");
    }

    function test_an_action_must_do_something_here() public {
        _assertSubmitReverts(
            _action(new Call[](0)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionWithoutCalls.selector)
        );
        Action memory action = _transfer(1);
        action.chainId = 1;
        _assertSubmitReverts(
            action,
            abi.encodeWithSelector(IDecisionRegistry.DecisionWrongChain.selector, 1, block.chainid)
        );
        action = _transfer(1);
        action.vault = RECIPIENT;
        _assertSubmitReverts(
            action,
            abi.encodeWithSelector(IDecisionRegistry.DecisionWrongVault.selector, RECIPIENT, address(vault))
        );
    }

    /// @dev A deadline is accepted exactly from one second after the veto window to 30 days from now.
    function testFuzz_deadlines(uint64 deadline) public {
        if (deadline % 4 != 0) deadline = uint64(_between(deadline, START, START + 31 days));
        uint256 earliest = START + VETO_WINDOW + 1;
        uint256 latest = START + 30 days;
        bytes memory call = _submitCall(_transfer(1), deadline, _anytime());
        if (deadline < earliest) {
            _assertReverts(
                address(decisions),
                call,
                abi.encodeWithSelector(IDecisionRegistry.DecisionDeadlineTooSoon.selector, deadline, earliest)
            );
        } else if (deadline > latest) {
            _assertReverts(
                address(decisions),
                call,
                abi.encodeWithSelector(IDecisionRegistry.DecisionDeadlineTooLate.selector, deadline, latest)
            );
        } else {
            (bool success, ) = address(decisions).call(call);
            vm.assertTrue(success, "accepted");
        }
    }

    function test_the_expected_sequence_is_the_present_one() public {
        _assertReverts(
            address(decisions),
            _submitCall(_transfer(1), _now() + LIFETIME, Binding(1, 0, 0)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionSequenceMismatch.selector, uint64(1), uint64(0))
        );
        _resolve(_submit(_transfer(1), 0), true);
        _assertReverts(
            address(decisions),
            _submitCall(_transfer(1), _now() + LIFETIME, Binding(0, 0, 0)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionSequenceMismatch.selector, uint64(0), uint64(1))
        );
        _submit(_transfer(1), 1);
    }

    /// @dev After a reorganisation the sequence is the same and the history another: what was meant for the one is
    /// refused in the other.
    function test_a_decision_made_for_another_history_is_refused() public {
        bytes32 first = _submit(_transfer(1));
        bytes32 second = _submit(_transfer(2));
        uint256 fork = vm.snapshotState();
        _resolve(first, true);
        bytes32 expected = decisions.agentOf(agentId).stateRoot;
        bytes memory call = _submitCall(_transfer(3), _now() + LIFETIME, Binding(1, expected, 0));
        vm.assertEq(_selectorOfRevert(address(decisions), call), bytes4(0), "in its own history");
        vm.revertToState(fork);
        _resolve(second, true);
        bytes32 actual = decisions.agentOf(agentId).stateRoot;
        _assertReverts(
            address(decisions),
            call,
            abi.encodeWithSelector(IDecisionRegistry.DecisionStateRootMismatch.selector, expected, actual)
        );
    }

    function test_a_state_root_can_be_asked_for_without_a_sequence() public {
        _resolve(_submit(_transfer(1)), true);
        bytes32 root = decisions.agentOf(agentId).stateRoot;
        bytes32 id = _submit(_transfer(2), Binding(ANY_SEQUENCE, root, 0));
        _resolve(_submit(_transfer(3)), true);
        _assertState(id, DecisionState.Pending);
    }

    /// @dev Each field of the binding makes another decision; what is not bound at all has zeroes in the id.
    function test_the_binding_is_in_the_id() public {
        bytes32 predecessor = _submit(_transfer(1));
        _resolve(predecessor, true);
        bytes32 root = decisions.agentOf(agentId).stateRoot;
        Binding[4] memory bindings = [_anytime(), Binding(1, 0, 0), Binding(1, root, 0), Binding(1, root, predecessor)];
        for (uint256 i = 0; i < bindings.length; ++i) {
            bytes32 id = decisions.submit(agentId, _transfer(2), _now() + LIFETIME, bindings[i], keccak256("salt"));
            vm.assertEq(id, _contentHash(_transfer(2), bindings[i]), "id");
        }
    }

    function test_a_predecessor_is_a_decision_of_the_same_agent() public {
        bytes32 unknown = keccak256("unknown");
        _assertReverts(
            address(decisions),
            _submitCall(_transfer(1), _now() + LIFETIME, _after(unknown)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionPredecessorUnknown.selector, unknown)
        );
        bytes32 foreign = _submit(_transfer(1));
        _useVault(_policy());
        _assertReverts(
            address(decisions),
            _submitCall(_transfer(1), _now() + LIFETIME, _after(foreign)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionPredecessorUnknown.selector, foreign)
        );
    }

    function test_a_rejected_payload_cools_down_for_its_submitter_only() public {
        Action memory action = _transfer(1);
        _resolve(_submit(action), false);
        bytes memory call = _submitCall(action, _now() + LIFETIME, _anytime());
        vm.warp(START + 1 hours - 1);
        _assertReverts(
            address(decisions),
            call,
            abi.encodeWithSelector(
                IDecisionRegistry.DecisionCoolingDown.selector,
                decisions.hashAction(action),
                START + 1 hours
            )
        );
        vm.prank(RECIPIENT);
        (bool theirs, ) = address(decisions).call(call);
        vm.assertTrue(theirs, "another submitter is not locked");
        vm.warp(START + 1 hours);
        (bool success, ) = address(decisions).call(call);
        vm.assertTrue(success, "cooled down");
    }

    // ---- what the policy asks for ----

    function test_a_policy_may_ask_for_more_attestations_than_the_quorum() public {
        _require(MEMBERS, 0);
        bytes32 id = _submit(_transfer(1));
        vm.clearMockedCalls();
        vm.assertEq(decisions.decisionOf(id).quorum, MEMBERS, "snapshotted");
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _attestations(id, true))),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeQuorumNotReached.selector, QUORUM, MEMBERS)
        );
        decisions.resolve(id, true, RESULT_HASH, _signatures(FIRST_MEMBER, MEMBERS, _attestationDigest(id, true)));
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Approved, "all of them are enough");
    }

    function test_a_policy_cannot_lower_the_quorum_or_the_veto_window() public {
        _require(1, 1);
        bytes32 id = _submit(_transfer(1));
        vm.assertEq(decisions.decisionOf(id).quorum, QUORUM, "quorum");
        vm.assertEq(decisions.decisionOf(id).vetoWindow, VETO_WINDOW, "veto window");
    }

    function test_a_policy_may_ask_for_a_longer_veto_window() public {
        _require(0, 3 hours);
        bytes32 id = _submitApproved(_transfer(1));
        vm.clearMockedCalls();
        DecisionView memory decision = decisions.decisionOf(id);
        vm.assertEq(decision.readyAt, START + 3 hours, "readyAt");
        vm.assertEq(decision.resolvedAt, START, "resolvedAt");
        vm.warp(START + 3 hours - 1);
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Approved, "not ready before");
        vm.warp(START + 3 hours);
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "ready");
    }

    function test_the_deadline_leaves_room_for_the_window_that_the_policy_asks_for() public {
        _require(0, 2 days);
        _assertReverts(
            address(decisions),
            _submitCall(_transfer(1), _now() + LIFETIME, _anytime()),
            abi.encodeWithSelector(
                IDecisionRegistry.DecisionDeadlineTooSoon.selector,
                _now() + LIFETIME,
                START + 2 days + 1
            )
        );
    }

    function test_a_policy_that_asks_for_the_impossible_is_told_so() public {
        _require(MEMBERS + 1, 0);
        _assertSubmitReverts(
            _transfer(1),
            abi.encodeWithSelector(IDecisionRegistry.DecisionQuorumUnreachable.selector, MEMBERS + 1, MEMBERS)
        );
        _require(0, 14 days + 1);
        _assertSubmitReverts(
            _transfer(1),
            abi.encodeWithSelector(
                IDecisionRegistry.DecisionVetoWindowTooLong.selector,
                uint64(14 days + 1),
                uint64(14 days)
            )
        );
    }

    /// @dev Has the vault's policy ask for this much of every decision.
    function _require(uint16 minAttestations, uint64 minVetoWindow) private {
        bytes memory answer = abi.encode(vault.policyHash(), minAttestations, minVetoWindow, new Budget[](0));
        vm.mockCall(address(vault), abi.encodeWithSelector(vault.requirementsOf.selector), answer);
    }

    // ---- resolve ----

    function test_an_approval_is_recorded_and_moves_the_agent_on() public {
        bytes32 id = _submit(_transfer(1));
        vm.warp(START + 5);
        _resolve(id, true);
        DecisionView memory decision = decisions.decisionOf(id);
        vm.assertTrue(decision.state == DecisionState.Approved && decision.reply, "state");
        vm.assertEq(decision.resolvedAt, START + 5, "resolvedAt");
        vm.assertEq(decision.readyAt, START + 5 + VETO_WINDOW, "readyAt");
        vm.assertEq(decision.resultHash, RESULT_HASH, "result");
        vm.assertEq(decision.attesters, 7, "attesters");
        AgentView memory agent = decisions.agentOf(agentId);
        vm.assertEq(agent.sequence, 1, "sequence");
        vm.assertEq(agent.stateRoot, Ids.stateRoot(0, id, true, RESULT_HASH), "state root");
    }

    function test_a_rejection_is_recorded_like_an_approval() public {
        bytes32 id = _submit(_transfer(1));
        _resolve(id, false);
        DecisionView memory decision = decisions.decisionOf(id);
        vm.assertTrue(decision.state == DecisionState.Rejected && !decision.reply, "state");
        vm.assertEq(decision.readyAt, 0, "never ready");
        vm.assertEq(decision.attesters, 7, "attesters");
        AgentView memory agent = decisions.agentOf(agentId);
        vm.assertEq(agent.sequence, 1, "sequence");
        vm.assertEq(agent.stateRoot, Ids.stateRoot(0, id, false, RESULT_HASH), "state root");
    }

    function test_a_decision_is_resolved_once() public {
        bytes32 id = _submit(_transfer(1));
        SignedBy[] memory attestations = _attestations(id, false);
        _resolve(id, true);
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, false, RESULT_HASH, attestations)),
            _unexpected(id, DecisionState.Approved, DecisionState.Pending)
        );
    }

    function test_attestations_of_one_reply_do_not_serve_the_other() public {
        bytes32 id = _submit(_transfer(1));
        bytes4 selector = _selectorOfRevert(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, false, RESULT_HASH, _attestations(id, true)))
        );
        vm.assertEq(selector, ICommitteeRegistry.CommitteeSignerMismatch.selector, "mismatch");
    }

    /// @dev After a fork both chains hold the same decision; what was signed for one serves only there.
    function test_attestations_do_not_cross_a_fork() public {
        bytes32 id = _submit(_transfer(1));
        bytes memory call = abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _attestations(id, true)));
        uint256 chain = block.chainid;
        vm.chainId(chain + 1);
        vm.assertEq(
            _selectorOfRevert(address(decisions), call),
            ICommitteeRegistry.CommitteeSignerMismatch.selector,
            "the other chain"
        );
        vm.chainId(chain);
        vm.assertEq(_selectorOfRevert(address(decisions), call), bytes4(0), "this chain");
    }

    function test_too_few_attestations_are_refused() public {
        bytes32 id = _submit(_transfer(1));
        SignedBy[] memory few = _signatures(FIRST_MEMBER, QUORUM - 1, _attestationDigest(id, true));
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, few)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeQuorumNotReached.selector, QUORUM - 1, QUORUM)
        );
    }

    /// @dev In every state before its execution the predecessor keeps its successor Pending; executed, it lets it go.
    function test_an_approval_waits_for_the_predecessors_execution() public {
        bytes32 first = _submit(_transfer(1));
        bytes32 second = _submit(_transfer(2), _after(first));
        vm.assertEq(decisions.decisionOf(second).predecessor, first, "predecessor");
        _assertWaits(second, first);
        _resolve(first, true);
        _assertWaits(second, first);
        vm.warp(START + VETO_WINDOW);
        _assertWaits(second, first);
        _execute(first, _transfer(1));
        _resolve(second, true);
        _assertState(second, DecisionState.Approved);
        vm.warp(block.timestamp + VETO_WINDOW);
        _execute(second, _transfer(2));
        _assertState(second, DecisionState.Executed);
    }

    function test_a_dead_predecessor_is_never_followed() public {
        bytes32 rejected = _submit(_transfer(1));
        bytes32 second = _submit(_transfer(2), _after(rejected));
        bytes32 cancelled = _submit(_transfer(3));
        bytes32 third = _submit(_transfer(4), _after(cancelled));
        _resolve(rejected, false);
        decisions.cancel(cancelled);
        _assertWaits(second, rejected);
        _assertWaits(third, cancelled);
        decisions.cancel(second);
        _assertState(second, DecisionState.Cancelled);
        vm.warp(START + LIFETIME + 1);
        _assertState(third, DecisionState.Expired);
    }

    function test_a_rejection_does_not_wait() public {
        bytes32 first = _submit(_transfer(1));
        bytes32 second = _submit(_transfer(2), _after(first));
        _resolve(second, false);
        _assertState(second, DecisionState.Rejected);
        _assertState(first, DecisionState.Pending);
    }

    function test_a_decision_made_for_a_past_sequence_is_stale() public {
        bytes32 first = _submit(_transfer(1), 0);
        bytes32 second = _submit(_transfer(2), 0);
        bytes32 free = _submit(_transfer(3));
        SignedBy[] memory attestations = _attestations(second, true);
        _resolve(first, true);
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (second, true, RESULT_HASH, attestations)),
            _unexpected(second, DecisionState.Stale, DecisionState.Pending)
        );
        vm.warp(START + LIFETIME + 1);
        _assertState(second, DecisionState.Stale);
        _assertState(free, DecisionState.Expired);
    }

    function test_a_retired_epoch_resolves_and_executes_nothing() public {
        bytes32 pending = _submit(_transfer(1));
        bytes32 ready = _submitReady(_transfer(2));
        SignedBy[] memory attestations = _attestations(pending, true);
        _rotate(committeeId, 0x201, 0x9002);
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (pending, true, RESULT_HASH, attestations)),
            _unexpected(pending, DecisionState.Stale, DecisionState.Pending)
        );
        _assertState(ready, DecisionState.Stale);
        vm.assertEq(decisions.decisionOf(_submit(_transfer(1))).epoch, 2, "new decisions get the new epoch");
    }

    /// @dev A decision keeps epoch and quorum of its submission, whatever the next epoch has, and its members alone could
    /// have resolved it; attestations of the next epoch's members are worth nothing.
    function test_epoch_and_quorum_are_those_of_the_submission() public {
        bytes32 id = _submit(_transfer(1));
        Member[] memory members = _members(0x201, MEMBERS);
        bytes32 membersHash = Ids.hashMembers(members);
        bytes32 proposal = _committeeDigest(
            TypedData.epochProposal(TypedData.EpochTerms(committeeId, 2, membersHash, MIN_SIGNERS, MEMBERS), 1)
        );
        committees.proposeEpoch(
            committeeId,
            members,
            MIN_SIGNERS,
            MEMBERS,
            _signatures(FIRST_MEMBER, QUORUM, proposal)
        );
        _completeEpoch(committeeId, 2, 0x201, 0x9002);
        DecisionView memory decision = decisions.decisionOf(id);
        vm.assertEq(decision.epoch, 1, "epoch");
        vm.assertEq(decision.quorum, QUORUM, "quorum");
        _assertReverts(
            address(decisions),
            abi.encodeCall(
                decisions.resolve,
                (id, true, RESULT_HASH, _signatures(0x201, MEMBERS, _attestationDigest(id, true)))
            ),
            _unexpected(id, DecisionState.Stale, DecisionState.Pending)
        );
        DecisionView memory next = decisions.decisionOf(_submit(_transfer(2)));
        vm.assertEq(next.epoch, 2, "the next epoch");
        vm.assertEq(next.quorum, MEMBERS, "its quorum");
    }

    function test_a_decision_cannot_be_resolved_after_its_deadline() public {
        bytes32 id = _submit(_transfer(1));
        SignedBy[] memory attestations = _attestations(id, true);
        vm.warp(START + LIFETIME + 1);
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, attestations)),
            _unexpected(id, DecisionState.Expired, DecisionState.Pending)
        );
    }

    function test_an_unknown_decision_is_named() public {
        bytes memory reason = abi.encodeWithSelector(IDecisionRegistry.DecisionUnknown.selector, bytes32(0));
        _assertReverts(address(decisions), abi.encodeCall(decisions.stateOf, (0)), reason);
        _assertReverts(address(decisions), abi.encodeCall(decisions.decisionOf, (0)), reason);
        _assertReverts(address(decisions), abi.encodeCall(decisions.cancel, (0)), reason);
    }

    // ---- cancel and veto ----

    function test_the_submitter_cancels_a_pending_decision() public {
        bytes32 id = _submit(_transfer(1));
        bytes memory call = abi.encodeCall(decisions.cancel, (id));
        _assertRevertsFor(
            RECIPIENT,
            address(decisions),
            call,
            abi.encodeWithSelector(IDecisionRegistry.DecisionNotSubmitter.selector, RECIPIENT, address(this))
        );
        decisions.cancel(id);
        _assertState(id, DecisionState.Cancelled);
        _assertReverts(address(decisions), call, _unexpected(id, DecisionState.Cancelled, DecisionState.Pending));
        vm.assertEq(decisions.agentOf(agentId).sequence, 0, "no result landed");
    }

    function test_a_resolved_decision_cannot_be_cancelled() public {
        bytes32 id = _submitApproved(_transfer(1));
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.cancel, (id)),
            _unexpected(id, DecisionState.Approved, DecisionState.Pending)
        );
    }

    function test_the_guardian_vetoes_inside_the_window() public {
        bytes32 id = _submitApproved(_transfer(1));
        bytes memory call = abi.encodeCall(decisions.veto, (id));
        _assertReverts(
            address(decisions),
            call,
            abi.encodeWithSelector(IDecisionRegistry.DecisionNotGuardian.selector, address(this), GUARDIAN)
        );
        vm.warp(START + VETO_WINDOW - 1);
        vm.prank(GUARDIAN);
        decisions.veto(id);
        vm.warp(START + VETO_WINDOW);
        _assertState(id, DecisionState.Vetoed);
    }

    function test_the_guardian_cannot_veto_outside_the_window() public {
        bytes32 id = _submit(_transfer(1));
        bytes memory call = abi.encodeCall(decisions.veto, (id));
        _assertRevertsFor(
            GUARDIAN,
            address(decisions),
            call,
            _unexpected(id, DecisionState.Pending, DecisionState.Approved)
        );
        _resolve(id, true);
        vm.warp(START + VETO_WINDOW);
        _assertRevertsFor(
            GUARDIAN,
            address(decisions),
            call,
            _unexpected(id, DecisionState.Ready, DecisionState.Approved)
        );
    }

    /// @dev A payload that is asked for again and again can be held back for 30 days, and then not for the next 30.
    function test_a_veto_cannot_loop_for_ever() public {
        Action memory action = _transfer(1);
        for (uint256 i = 0; i <= 30; ++i) {
            vm.warp(START + i * 1 days);
            _veto(_submitApproved(action));
        }
        vm.warp(START + 30 days + 1);
        bytes32 id = _submitApproved(action);
        _assertRevertsFor(
            GUARDIAN,
            address(decisions),
            abi.encodeCall(decisions.veto, (id)),
            abi.encodeWithSelector(
                IDecisionRegistry.DecisionVetoesUsedUp.selector,
                decisions.hashAction(action),
                START + 60 days
            )
        );
        vm.warp(block.timestamp + VETO_WINDOW);
        _execute(id, action);
        _assertState(id, DecisionState.Executed);
    }

    function test_vetoes_of_one_payload_use_up_none_of_another() public {
        _veto(_submitApproved(_transfer(1)));
        vm.warp(START + 30 days + 1);
        _veto(_submitApproved(_transfer(2)));
    }

    function test_used_up_vetoes_come_back() public {
        _veto(_submitApproved(_transfer(1)));
        vm.warp(START + 60 days);
        bytes32 id = _submitApproved(_transfer(1));
        bytes4 reason = IDecisionRegistry.DecisionVetoesUsedUp.selector;
        bytes memory call = abi.encodeCall(decisions.veto, (id));
        vm.prank(GUARDIAN);
        vm.assertEq(_selectorOfRevert(address(decisions), call), reason, "the last second");
        vm.warp(START + 60 days + 1);
        _veto(id);
        vm.warp(START + 90 days + 1);
        _veto(_submitApproved(_transfer(1)));
    }

    // ---- markExecuted ----

    function test_only_the_vault_marks_and_only_when_ready() public {
        bytes32 id = _submitApproved(_transfer(1));
        bytes memory call = abi.encodeCall(decisions.markExecuted, (id));
        _assertRevertsFor(
            address(vault),
            address(decisions),
            call,
            _unexpected(id, DecisionState.Approved, DecisionState.Ready)
        );
        vm.warp(START + VETO_WINDOW);
        _assertReverts(
            address(decisions),
            call,
            abi.encodeWithSelector(IDecisionRegistry.DecisionNotVault.selector, address(this), address(vault))
        );
        vm.prank(address(vault));
        decisions.markExecuted(id);
        _assertState(id, DecisionState.Executed);
        vm.assertEq(decisions.decisionOf(id).executedAt, START + VETO_WINDOW, "executedAt");
        _assertRevertsFor(
            address(vault),
            address(decisions),
            call,
            _unexpected(id, DecisionState.Executed, DecisionState.Ready)
        );
    }

    function test_marking_tells_the_vault_what_was_decided() public {
        bytes32 id = _submitReady(_transfer(1));
        DecisionView memory decision = decisions.decisionOf(id);
        vm.prank(address(vault));
        ExecutionTerms memory terms = decisions.markExecuted(id);
        vm.assertEq(terms.payloadHash, decision.payloadHash, "payload");
        vm.assertEq(terms.policyHash, decision.policyHash, "policy");
        vm.assertEq(terms.committeeId, committeeId, "committee");
        vm.assertEq(terms.groupAddress, vm.addr(GROUP), "group");
        vm.assertEq(terms.epoch, 1, "epoch");
        vm.assertEq(terms.deadline, decision.deadline, "deadline");
    }

    /// @dev Whatever is done to one decision, the record of the other stays as it is.
    function testFuzz_a_call_changes_its_own_decision_only(uint8 choice) public {
        bytes32 mine = _submit(_transfer(1));
        bytes32 other = _submit(_transfer(2));
        if (choice % 4 == 2) _resolve(mine, true);
        bytes32 before = keccak256(abi.encode(decisions.decisionOf(other)));
        if (choice % 4 == 0) _resolve(mine, choice > 127);
        else if (choice % 4 == 1) decisions.cancel(mine);
        else if (choice % 4 == 2) _veto(mine);
        else _submit(_transfer(3));
        vm.assertEq(keccak256(abi.encode(decisions.decisionOf(other))), before, "the other decision");
    }

    // ---- helpers ----

    function _veto(bytes32 id) private {
        vm.prank(GUARDIAN);
        decisions.veto(id);
    }

    function _submitCall(
        Action memory action,
        uint64 deadline,
        Binding memory binding
    ) private view returns (bytes memory) {
        return abi.encodeCall(decisions.submit, (agentId, action, deadline, binding, keccak256("salt")));
    }

    function _contentHash(Action memory action, Binding memory binding) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("synod.decision.v1"),
                    block.chainid,
                    address(decisions),
                    agentId,
                    address(this),
                    keccak256(abi.encode(action)),
                    _now() + LIFETIME,
                    binding,
                    keccak256("salt")
                )
            );
    }

    /// @dev The approval is refused for the predecessor's sake, and the decision stays as it is.
    function _assertWaits(bytes32 id, bytes32 predecessor) private {
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _attestations(id, true))),
            abi.encodeWithSelector(IDecisionRegistry.DecisionPredecessorNotExecuted.selector, id, predecessor)
        );
        _assertState(id, DecisionState.Pending);
    }

    function _assertSubmitReverts(Action memory action, bytes memory reason) private {
        _assertReverts(address(decisions), _submitCall(action, _now() + LIFETIME, _anytime()), reason);
    }

    function _assertState(bytes32 id, DecisionState expected) private view {
        vm.assertEq(uint256(decisions.stateOf(id)), uint256(expected), "state");
    }

    function _unexpected(bytes32 id, DecisionState state, DecisionState needed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDecisionRegistry.DecisionUnexpectedState.selector, id, state, needed);
    }
}
