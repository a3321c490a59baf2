// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAgentVault} from "./interfaces/IAgentVault.sol";
import {ICommitteeRegistry} from "./interfaces/ICommitteeRegistry.sol";
import {IDecisionRegistry} from "./interfaces/IDecisionRegistry.sol";
import {IPolicyEngine} from "./interfaces/IPolicyEngine.sol";
import {Agents} from "./libraries/Agents.sol";
import {Decisions} from "./libraries/Decisions.sol";
import {Guarding} from "./libraries/Guarding.sol";
import {Ids} from "./libraries/Ids.sol";
import {Lifecycle} from "./libraries/Lifecycle.sol";
import {Reservations} from "./libraries/Reservations.sol";
import {TypedData} from "./libraries/TypedData.sol";
import {Action} from "./types/Action.sol";
import {SignedBy} from "./types/Committee.sol";
import {
    AgentTerms,
    AgentView,
    ANY_SEQUENCE,
    Binding,
    Budget,
    DecisionState,
    DecisionView,
    ExecutionTerms
} from "./types/Decision.sol";

/// @title DecisionRegistry
/// @notice See {IDecisionRegistry}. No owner, no upgrade, no value.
contract DecisionRegistry is IDecisionRegistry, EIP712 {
    using Agents for Agents.Agent;
    using Decisions for Decisions.Decision;
    using Reservations for Agents.Agent;

    /// @dev What a decision needs, snapshotted at submission.
    struct Requirements {
        bytes32 policyHash;
        uint32 epoch;
        uint24 vetoWindow;
        uint8 quorum;
        Budget[] budgets;
    }

    /// @notice Longest time between submission and deadline.
    uint64 public constant MAX_LIFETIME = 30 days;
    /// @notice Longest veto window of an agent, so that a guardian's delay is bounded and leaves time to execute.
    uint64 public constant MAX_VETO_WINDOW = 14 days;
    /// @notice How long a submitter cannot ask an agent again what it has just rejected.
    uint64 public constant REJECTION_COOL_DOWN = 1 hours;
    /// @notice How long a guardian may go on vetoing one payload after its first veto of it, and how long it then may not.
    uint256 public constant VETO_PERIOD = Guarding.VETO_PERIOD;

    /// @inheritdoc IDecisionRegistry
    ICommitteeRegistry public immutable committeeRegistry;
    /// @inheritdoc IDecisionRegistry
    IPolicyEngine public immutable policyEngine;

    mapping(bytes32 agentId => Agents.Agent) private _agents;
    mapping(bytes32 decisionId => Decisions.Decision) private _decisions;
    // By submitter, so that nobody can have somebody else's payload rejected in order to lock it.
    mapping(bytes32 agentId => mapping(address submitter => mapping(bytes32 payloadHash => uint64)))
        private _rejectedAt;
    mapping(bytes32 agentId => mapping(bytes32 payloadHash => uint64)) private _firstVetoedAt;

    constructor(
        ICommitteeRegistry committeeRegistry_,
        IPolicyEngine policyEngine_
    ) EIP712(TypedData.DECISION_REGISTRY_NAME, TypedData.VERSION) {
        committeeRegistry = committeeRegistry_;
        policyEngine = policyEngine_;
    }

    /// @inheritdoc IDecisionRegistry
    function registerAgent(bytes32 salt, AgentTerms calldata terms) external returns (bytes32 agentId) {
        agentId = Ids.agentId(_place(), msg.sender, salt, terms);
        if (_agents[agentId].vault != address(0)) revert DecisionAgentAlreadyExists(agentId);
        _requireVetoWindow(terms.vetoWindow);
        if (committeeRegistry.activeEpoch(terms.committeeId) == 0) revert DecisionCommitteeNotActive(terms.committeeId);
        _requireVaultOf(agentId, terms.vault);
        _agents[agentId].register(terms);
        emit AgentRegistered(agentId, msg.sender, terms.committeeId, terms);
    }

    /// @inheritdoc IDecisionRegistry
    function submit(
        bytes32 agentId,
        Action calldata action,
        uint64 deadline,
        Binding calldata binding,
        bytes32 salt
    ) external returns (bytes32 decisionId) {
        Agents.Agent storage agent = _knownAgent(agentId);
        _requireSubmitter(agent);
        _requireMeantFor(agent, action);
        _requireBinding(agentId, agent, binding);
        Ids.DecisionContent memory content = Ids.DecisionContent(
            agentId,
            msg.sender,
            Ids.hashAction(action),
            deadline,
            binding,
            salt
        );
        _requireCooledDown(content);
        decisionId = Ids.decisionId(_place(), content);
        _record(agent, decisionId, action, content);
        _announce(agent, decisionId, action, content);
    }

    /// @inheritdoc IDecisionRegistry
    function resolve(bytes32 decisionId, bool reply, bytes32 resultHash, SignedBy[] calldata attestations) external {
        Decisions.Decision storage decision = _inState(decisionId, DecisionState.Pending);
        bytes32 committeeId = _agents[decision.agentId].committeeId;
        uint64 epoch = decision.course.epoch;
        bytes32 structHash = TypedData.attestation(decisionId, committeeId, epoch, reply, resultHash);
        bytes32 digest = _hashTypedDataV4(structHash);
        uint16 quorum = decision.quorum;
        uint256 attesters = committeeRegistry.checkQuorum(committeeId, epoch, quorum, digest, attestations);
        if (reply) {
            _requirePredecessorExecuted(decisionId, decision);
            _reserve(decisionId, decision);
            decision.approve(SafeCast.toUint64(attesters), resultHash);
            _approve(decisionId, decision);
        } else {
            decision.reject(SafeCast.toUint64(attesters), resultHash);
            _reject(decisionId, decision);
        }
    }

    /// @inheritdoc IDecisionRegistry
    function cancel(bytes32 decisionId) external {
        Decisions.Decision storage decision = _inState(decisionId, DecisionState.Pending);
        if (msg.sender != decision.submitter) revert DecisionNotSubmitter(msg.sender, decision.submitter);
        decision.close(decision.course, Decisions.Closing.Cancelled);
        emit DecisionCancelled(decisionId, decision.agentId);
    }

    /// @inheritdoc IDecisionRegistry
    function veto(bytes32 decisionId) external {
        Decisions.Decision storage decision = _inState(decisionId, DecisionState.Approved);
        _requireGuardian(_agents[decision.agentId]);
        bytes32 payloadHash = decision.payloadHash;
        mapping(bytes32 => uint64) storage firstVetoedAt = _firstVetoedAt[decision.agentId];
        uint64 last = firstVetoedAt[payloadHash];
        uint64 first = Guarding.vetoPeriod(last, uint64(block.timestamp));
        if (first == 0) revert DecisionVetoesUsedUp(payloadHash, Guarding.vetoesAgainAfter(last));
        firstVetoedAt[payloadHash] = first;
        decision.close(decision.course, Decisions.Closing.Vetoed);
        emit DecisionVetoed(decisionId, decision.agentId);
    }

    /// @inheritdoc IDecisionRegistry
    function pause(bytes32 agentId, uint64 until) external {
        Agents.Agent storage agent = _knownAgent(agentId);
        _requireGuardian(agent);
        uint256 from = Guarding.pausesFrom(agent.pausedUntil);
        if (block.timestamp < from) revert DecisionPausesUsedUp(agentId, from);
        if (!Guarding.isPauseShort(block.timestamp, until)) {
            revert DecisionPauseInvalid(until, block.timestamp + Guarding.MAX_PAUSE);
        }
        agent.pausedUntil = uint40(until);
        emit AgentPaused(agentId, until);
    }

    /// @inheritdoc IDecisionRegistry
    function unpause(bytes32 agentId) external {
        Agents.Agent storage agent = _knownAgent(agentId);
        _requireGuardian(agent);
        if (!Guarding.isPaused(agent.pausedUntil, block.timestamp)) revert DecisionAgentNotPaused(agentId);
        agent.pausedUntil = uint40(block.timestamp);
        emit AgentUnpaused(agentId);
    }

    /// @inheritdoc IDecisionRegistry
    function markExecuted(bytes32 decisionId) external returns (ExecutionTerms memory terms) {
        // Every execution pays for this: each storage word is read once.
        Decisions.Decision storage decision = _known(decisionId);
        Decisions.Course memory course = decision.course;
        bytes32 agentId = decision.agentId;
        Agents.Agent storage agent = _agents[agentId];
        (address vault, uint40 pausedUntil) = (agent.vault, agent.pausedUntil);
        if (msg.sender != vault) revert DecisionNotVault(msg.sender, vault);
        if (Guarding.isPaused(pausedUntil, block.timestamp)) revert DecisionAgentPaused(agentId, pausedUntil);
        terms.payloadHash = decision.payloadHash;
        terms.policyHash = decision.policyHash;
        terms.committeeId = agent.committeeId;
        terms.epoch = course.epoch;
        terms.deadline = course.deadline;
        uint64 retiredAt;
        (terms.groupAddress, retiredAt) = committeeRegistry.keyOf(terms.committeeId, terms.epoch);
        DecisionState state = Lifecycle.stateAt(decision.factsOf(course, agent, retiredAt), block.timestamp);
        if (state != DecisionState.Ready) revert DecisionUnexpectedState(decisionId, state, DecisionState.Ready);
        decision.close(course, Decisions.Closing.Executed);
        emit DecisionExecuted(decisionId, agentId, vault);
    }

    /// @inheritdoc IDecisionRegistry
    function computeAgentId(
        address registrant,
        bytes32 salt,
        AgentTerms calldata terms
    ) external view returns (bytes32) {
        return Ids.agentId(_place(), registrant, salt, terms);
    }

    /// @inheritdoc IDecisionRegistry
    function stateOf(bytes32 decisionId) external view returns (DecisionState) {
        return _state(_known(decisionId));
    }

    /// @inheritdoc IDecisionRegistry
    function decisionOf(bytes32 decisionId) external view returns (DecisionView memory facts) {
        Decisions.Decision storage decision = _known(decisionId);
        Agents.Agent storage agent = _agents[decision.agentId];
        facts = decision.toView(agent, _retiredAt(decision, agent));
    }

    /// @inheritdoc IDecisionRegistry
    function budgetsOf(bytes32 decisionId) external view returns (Budget[] memory) {
        return _known(decisionId).budgetsOf();
    }

    /// @inheritdoc IDecisionRegistry
    function reservationsOf(bytes32 agentId, bytes32 policyHash) external view returns (bytes32[] memory) {
        return _living(_knownAgent(agentId), policyHash);
    }

    /// @inheritdoc IDecisionRegistry
    // It is updated: what is given is added to and answered.
    // solhint-disable-next-line gas-calldata-parameters
    function reservedOf(
        bytes32 agentId,
        bytes32 policyHash,
        Budget[] memory budgets
    ) external view returns (Budget[] memory) {
        Reservations.addTo(budgets, _decisions, _living(_knownAgent(agentId), policyHash));
        return budgets;
    }

    /// @inheritdoc IDecisionRegistry
    function agentOf(bytes32 agentId) external view returns (AgentView memory) {
        return _knownAgent(agentId).toView();
    }

    /// @inheritdoc IDecisionRegistry
    function hashAction(Action calldata action) external pure returns (bytes32) {
        return Ids.hashAction(action);
    }

    function _record(
        Agents.Agent storage agent,
        bytes32 decisionId,
        Action calldata action,
        Ids.DecisionContent memory content
    ) private {
        Decisions.Decision storage decision = _decisions[decisionId];
        if (decision.course.deadline != 0) revert DecisionAlreadyExists(decisionId);
        Requirements memory needed = _requirementsOf(agent, action);
        _requireDeadline(needed.vetoWindow, content.deadline);
        decision.agentId = content.agentId;
        decision.payloadHash = content.payloadHash;
        decision.policyHash = needed.policyHash;
        decision.submitter = content.submitter;
        decision.submittedAt = uint40(block.timestamp);
        decision.quorum = needed.quorum;
        decision.bind(content.binding);
        Decisions.Course memory course;
        // At most 30 days ahead: 40 bits hold it for 30,000 years.
        course.deadline = uint40(content.deadline);
        course.epoch = needed.epoch;
        course.vetoWindow = needed.vetoWindow;
        decision.open(course, needed.budgets);
    }

    /// @dev What the epoch, the agent and the policy of its vault ask of a decision about `action`, at this time.
    function _requirementsOf(
        Agents.Agent storage agent,
        Action calldata action
    ) private view returns (Requirements memory needed) {
        bytes32 committeeId = agent.committeeId;
        (uint64 epoch, uint16 quorum, uint16 members) = committeeRegistry.activeTermsOf(committeeId);
        if (epoch == 0) revert DecisionCommitteeNotActive(committeeId);
        uint16 minAttestations;
        uint64 minVetoWindow;
        (needed.policyHash, minAttestations, minVetoWindow, needed.budgets) = IAgentVault(agent.vault).requirementsOf(
            action
        );
        if (minAttestations > members) revert DecisionQuorumUnreachable(minAttestations, members);
        _requireVetoWindow(minVetoWindow);
        needed.epoch = SafeCast.toUint32(epoch);
        // Members number at most 64, and a veto window is 14 days at most.
        needed.quorum = uint8(Math.max(quorum, minAttestations));
        needed.vetoWindow = uint24(Math.max(agent.vetoWindow, minVetoWindow));
    }

    function _announce(
        Agents.Agent storage agent,
        bytes32 decisionId,
        Action calldata action,
        Ids.DecisionContent memory content
    ) private {
        Decisions.Decision storage decision = _decisions[decisionId];
        emit DecisionSubmitted(
            decisionId,
            content.agentId,
            content.submitter,
            action,
            content.deadline,
            content.binding,
            content.salt,
            agent.committeeId,
            decision.course.epoch,
            decision.policyHash,
            decision.quorum,
            decision.course.vetoWindow
        );
    }

    /// @dev The decision is Pending, so its epoch is the active one.
    function _reserve(bytes32 decisionId, Decisions.Decision storage decision) private {
        Decisions.Course memory course = decision.course;
        if (course.budgetCount == 0) return;
        Agents.Agent storage agent = _agents[decision.agentId];
        bytes32 policyHash = decision.policyHash;
        Reservations.Regime memory regime = Reservations.Regime(course.epoch, policyHash);
        bytes32[] memory living = agent.living(_decisions, regime);
        Budget[] memory reserved = decision.budgetsOf();
        Reservations.addTo(reserved, _decisions, living);
        IAgentVault(agent.vault).requireRoom(policyHash, reserved);
        agent.add(living, decisionId);
    }

    function _living(Agents.Agent storage agent, bytes32 policyHash) private view returns (bytes32[] memory) {
        uint64 epoch = committeeRegistry.activeEpoch(agent.committeeId);
        return agent.living(_decisions, Reservations.Regime(SafeCast.toUint32(epoch), policyHash));
    }

    function _approve(bytes32 decisionId, Decisions.Decision storage decision) private {
        Agents.Agent storage agent = _agents[decision.agentId];
        (uint64 sequence, bytes32 stateRoot) = agent.advance(decisionId, true, decision.resultHash);
        emit DecisionApproved(
            decisionId,
            decision.agentId,
            decision.resultHash,
            decision.course.attesters,
            decision.course.readyAt,
            sequence,
            stateRoot
        );
    }

    function _reject(bytes32 decisionId, Decisions.Decision storage decision) private {
        bytes32 agentId = decision.agentId;
        _rejectedAt[agentId][decision.submitter][decision.payloadHash] = uint64(block.timestamp);
        (uint64 sequence, bytes32 stateRoot) = _agents[agentId].advance(decisionId, false, decision.resultHash);
        emit DecisionRejected(decisionId, agentId, decision.resultHash, decision.course.attesters, sequence, stateRoot);
    }

    function _known(bytes32 decisionId) private view returns (Decisions.Decision storage decision) {
        decision = _decisions[decisionId];
        // No decision has the deadline zero, and its word is the one that is always read.
        if (decision.course.deadline == 0) revert DecisionUnknown(decisionId);
    }

    function _knownAgent(bytes32 agentId) private view returns (Agents.Agent storage agent) {
        agent = _agents[agentId];
        if (agent.vault == address(0)) revert DecisionAgentUnknown(agentId);
    }

    function _inState(
        bytes32 decisionId,
        DecisionState needed
    ) private view returns (Decisions.Decision storage decision) {
        decision = _known(decisionId);
        DecisionState state = _state(decision);
        if (state != needed) revert DecisionUnexpectedState(decisionId, state, needed);
    }

    function _state(Decisions.Decision storage decision) private view returns (DecisionState) {
        Agents.Agent storage agent = _agents[decision.agentId];
        Lifecycle.Facts memory facts = decision.factsOf(decision.course, agent, _retiredAt(decision, agent));
        return Lifecycle.stateAt(facts, block.timestamp);
    }

    function _retiredAt(
        Decisions.Decision storage decision,
        Agents.Agent storage agent
    ) private view returns (uint64 retiredAt) {
        (, retiredAt) = committeeRegistry.keyOf(agent.committeeId, decision.course.epoch);
    }

    function _requireVaultOf(bytes32 agentId, address vault) private view {
        if (
            vault.code.length == 0 ||
            IAgentVault(vault).agentId() != agentId ||
            address(IAgentVault(vault).registry()) != address(this)
        ) revert DecisionVaultMismatch(vault, agentId);
    }

    function _requireGuardian(Agents.Agent storage agent) private view {
        address guardian = agent.guardian;
        if (msg.sender != guardian) revert DecisionNotGuardian(msg.sender, guardian);
    }

    function _requireSubmitter(Agents.Agent storage agent) private view {
        address submitter = agent.submitter;
        if (submitter != address(0) && submitter != msg.sender) {
            revert DecisionSubmitterNotAllowed(msg.sender, submitter);
        }
    }

    function _requireMeantFor(Agents.Agent storage agent, Action calldata action) private view {
        if (action.calls.length == 0) revert DecisionWithoutCalls();
        if (action.chainId != block.chainid) revert DecisionWrongChain(action.chainId, block.chainid);
        address vault = agent.vault;
        if (action.vault != vault) revert DecisionWrongVault(action.vault, vault);
    }

    function _requireVetoWindow(uint64 vetoWindow) private pure {
        if (vetoWindow > MAX_VETO_WINDOW) revert DecisionVetoWindowTooLong(vetoWindow, MAX_VETO_WINDOW);
    }

    function _requireDeadline(uint64 vetoWindow, uint64 deadline) private view {
        uint256 earliest = block.timestamp + vetoWindow + 1;
        if (deadline < earliest) revert DecisionDeadlineTooSoon(deadline, earliest);
        uint256 latest = block.timestamp + MAX_LIFETIME;
        if (deadline > latest) revert DecisionDeadlineTooLate(deadline, latest);
    }

    function _requireBinding(bytes32 agentId, Agents.Agent storage agent, Binding calldata binding) private view {
        uint64 sequence = agent.sequence();
        if (binding.expectedSequence != sequence && binding.expectedSequence != ANY_SEQUENCE) {
            revert DecisionSequenceMismatch(binding.expectedSequence, sequence);
        }
        if (binding.expectedStateRoot != 0 && binding.expectedStateRoot != agent.stateRoot) {
            revert DecisionStateRootMismatch(binding.expectedStateRoot, agent.stateRoot);
        }
        if (binding.predecessor != 0 && _decisions[binding.predecessor].agentId != agentId) {
            revert DecisionPredecessorUnknown(binding.predecessor);
        }
    }

    function _requirePredecessorExecuted(bytes32 decisionId, Decisions.Decision storage decision) private view {
        if (!decision.hasPredecessor) return;
        bytes32 predecessor = decision.predecessor;
        if (_decisions[predecessor].course.closing != Decisions.Closing.Executed) {
            revert DecisionPredecessorNotExecuted(decisionId, predecessor);
        }
    }

    function _requireCooledDown(Ids.DecisionContent memory content) private view {
        uint64 rejectedAt = _rejectedAt[content.agentId][content.submitter][content.payloadHash];
        uint256 until = uint256(rejectedAt) + REJECTION_COOL_DOWN;
        if (rejectedAt != 0 && block.timestamp < until) revert DecisionCoolingDown(content.payloadHash, until);
    }

    function _place() private view returns (Ids.Place memory) {
        return Ids.Place(block.chainid, address(this));
    }
}
