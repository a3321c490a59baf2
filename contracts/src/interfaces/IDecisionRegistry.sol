// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action} from "../types/Action.sol";
import {SignedBy} from "../types/Committee.sol";
import {
    AgentTerms,
    AgentView,
    Binding,
    Budget,
    DecisionState,
    DecisionView,
    ExecutionTerms
} from "../types/Decision.sol";
import {ICommitteeRegistry} from "./ICommitteeRegistry.sol";
import {IPolicyEngine} from "./IPolicyEngine.sol";

/// @title Agents and their decisions
/// @notice A decision is one request to an agent: an action, a deadline and an expected sequence. The committee of the
/// agent answers it with one canonical result, which advances the agent's sequence and state root. Ids are hashes of
/// content; a decision's state is derived from stored facts and the time.
///
/// Pending → Rejected, Cancelled, Expired, Stale, or Approved. Approved → Vetoed, Expired, Stale, or Ready once the veto
/// window is over. Ready → Executed, Expired, Stale. Everything but Pending, Approved and Ready is final. A decision
/// without a result is Stale when its agent's sequence moved past the expected one; any open decision is Stale when
/// the epoch it was submitted under retired, in both cases only if that happened before its deadline passed.
///
/// Attestations are EIP-712 under the domain {name: "Synod DecisionRegistry", version: "1"}.
interface IDecisionRegistry {
    /// @notice An agent was registered.
    event AgentRegistered(
        bytes32 indexed agentId,
        address indexed registrant,
        bytes32 indexed committeeId,
        AgentTerms terms
    );
    /// @notice A decision was submitted. The whole payload stands in the event; only its hash is stored.
    /// @param epoch Epoch that must resolve and sign.
    /// @param policyHash Hash of the vault's policy at this time.
    /// @param quorum How many members must attest its result.
    /// @param vetoWindow Seconds between approval and readiness.
    event DecisionSubmitted(
        bytes32 indexed decisionId,
        bytes32 indexed agentId,
        address indexed submitter,
        Action action,
        uint64 deadline,
        Binding binding,
        bytes32 salt,
        bytes32 committeeId,
        uint64 epoch,
        bytes32 policyHash,
        uint16 quorum,
        uint64 vetoWindow
    );
    /// @notice A quorum approved the decision.
    /// @param attesters Bit i is set when member i attested.
    /// @param readyAt First second at which it can be executed.
    /// @param sequence The agent's sequence after this result.
    /// @param stateRoot The agent's state root after this result.
    event DecisionApproved(
        bytes32 indexed decisionId,
        bytes32 indexed agentId,
        bytes32 resultHash,
        uint256 attesters,
        uint64 readyAt,
        uint64 sequence,
        bytes32 stateRoot
    );
    /// @notice A quorum rejected the decision.
    event DecisionRejected(
        bytes32 indexed decisionId,
        bytes32 indexed agentId,
        bytes32 resultHash,
        uint256 attesters,
        uint64 sequence,
        bytes32 stateRoot
    );
    /// @notice The submitter withdrew the decision before a result.
    event DecisionCancelled(bytes32 indexed decisionId, bytes32 indexed agentId);
    /// @notice The guardian stopped the approved decision.
    event DecisionVetoed(bytes32 indexed decisionId, bytes32 indexed agentId);
    /// @notice The guardian paused the agent's executions.
    /// @param until First second at which they run again, unless the guardian ends the pause earlier.
    event AgentPaused(bytes32 indexed agentId, uint64 until);
    /// @notice The guardian ended the pause early.
    event AgentUnpaused(bytes32 indexed agentId);
    /// @notice The vault is executing the decision in this transaction.
    event DecisionExecuted(bytes32 indexed decisionId, bytes32 indexed agentId, address vault);

    /// @notice There is no such agent.
    error DecisionAgentUnknown(bytes32 agentId);
    /// @notice The agent is registered already.
    error DecisionAgentAlreadyExists(bytes32 agentId);
    /// @notice The vault is not a contract, or not the vault of this agent and this registry.
    error DecisionVaultMismatch(address vault, bytes32 agentId);
    /// @notice The veto window, of an agent or asked for by its vault's policy, is longer than the longest one allowed.
    error DecisionVetoWindowTooLong(uint64 vetoWindow, uint64 longest);
    /// @notice The agent's committee has no active epoch.
    error DecisionCommitteeNotActive(bytes32 committeeId);
    /// @notice There is no such decision.
    error DecisionUnknown(bytes32 decisionId);
    /// @notice The same decision was submitted already.
    error DecisionAlreadyExists(bytes32 decisionId);
    /// @notice The agent takes decisions from its submitter only.
    error DecisionSubmitterNotAllowed(address caller, address submitter);
    /// @notice The vault's policy asks for more attestations than the epoch has members.
    error DecisionQuorumUnreachable(uint16 quorum, uint16 members);
    /// @notice The action has no calls.
    error DecisionWithoutCalls();
    /// @notice The action is meant for another chain.
    error DecisionWrongChain(uint256 given, uint256 expected);
    /// @notice The action is meant for another vault.
    error DecisionWrongVault(address given, address expected);
    /// @notice The deadline leaves no second after the veto window.
    error DecisionDeadlineTooSoon(uint64 deadline, uint256 earliest);
    /// @notice The deadline is further away than 30 days.
    error DecisionDeadlineTooLate(uint64 deadline, uint256 latest);
    /// @notice The agent's sequence is not the expected one.
    error DecisionSequenceMismatch(uint64 expected, uint64 actual);
    /// @notice The agent's state root is not the expected one: its history is another.
    error DecisionStateRootMismatch(bytes32 expected, bytes32 actual);
    /// @notice The agent has no such decision that another one could follow.
    error DecisionPredecessorUnknown(bytes32 predecessor);
    /// @notice The decision cannot be approved before its predecessor was executed. It stays Pending.
    error DecisionPredecessorNotExecuted(bytes32 decisionId, bytes32 predecessor);
    /// @notice The same submitter had the same payload rejected a short time ago.
    error DecisionCoolingDown(bytes32 payloadHash, uint256 until);
    /// @notice So many approved decisions of the agent are open that no other one can reserve its budget. It stays Pending.
    error DecisionReservationsFull(bytes32 decisionId, uint256 most);
    /// @notice The decision is not in the state the call needs.
    error DecisionUnexpectedState(bytes32 decisionId, DecisionState state, DecisionState needed);
    /// @notice Only the decision's submitter may cancel it.
    error DecisionNotSubmitter(address caller, address submitter);
    /// @notice Only the agent's guardian may veto, pause and end a pause.
    error DecisionNotGuardian(address caller, address guardian);
    /// @notice The guardian has held back this payload for as long as it may; it can veto it again after `until`.
    error DecisionVetoesUsedUp(bytes32 payloadHash, uint256 until);
    /// @notice The agent's executions are paused until then.
    error DecisionAgentPaused(bytes32 agentId, uint64 until);
    /// @notice The agent's executions are not paused.
    error DecisionAgentNotPaused(bytes32 agentId);
    /// @notice The pause would be over already, or last longer than 14 days.
    error DecisionPauseInvalid(uint256 until, uint256 latest);
    /// @notice The last pause ended less than 30 days ago; the guardian can pause again at `from`.
    error DecisionPausesUsedUp(bytes32 agentId, uint256 from);
    /// @notice Only the agent's vault may mark its decision as executed; asked before anything else about it.
    error DecisionNotVault(address caller, address vault);

    /// @notice Registers an agent. Its vault is deployed before, for the id that {computeAgentId} foretells, and must
    /// name this id and this registry; its committee must have an active epoch.
    /// @param salt Lets one caller register the same terms twice.
    function registerAgent(bytes32 salt, AgentTerms calldata terms) external returns (bytes32 agentId);

    /// @notice Submits a decision, under the committee's active epoch and the vault's present policy.
    /// @param deadline Last second at which it can be resolved or executed; later than now + veto window, at most 30
    /// days away.
    /// @param binding What the submitter takes for granted: the agent's sequence and state root are checked now, the
    /// predecessor must exist now and be executed before the approval.
    /// @param salt Lets one caller submit the same payload twice.
    /// @return decisionId Hash of the tag "synod.decision.v1", chain id, this registry, agent, caller, payload hash,
    /// deadline, the three fields of the binding, and salt.
    function submit(
        bytes32 agentId,
        Action calldata action,
        uint64 deadline,
        Binding calldata binding,
        bytes32 salt
    ) external returns (bytes32 decisionId);

    /// @notice Records the canonical result of a pending decision. Anyone may relay it. An approval needs the decision's
    /// predecessor, if it has one, to be executed, and room in the vault's rolling windows for its budget beside those of
    /// all approved decisions that may still be executed; without that it reverts, and can be brought again later. A
    /// rejection needs nothing of the kind.
    /// @param reply Whether the decision is approved.
    /// @param resultHash Hash of the lobe's result.
    /// @param attestations Members of the decision's epoch that signed `Attestation(bytes32 decisionId,bytes32
    /// committeeId,uint64 epoch,bool reply,bytes32 resultHash)`, at least its quorum.
    function resolve(bytes32 decisionId, bool reply, bytes32 resultHash, SignedBy[] calldata attestations) external;

    /// @notice Withdraws a pending decision. Only by its submitter.
    function cancel(bytes32 decisionId) external;

    /// @notice Stops an approved decision inside its veto window. Only by the agent's guardian, and within 30 days of its
    /// first veto of the same payload; the 30 days after these belong to the committee, then the count begins anew. So a
    /// guardian can delay a payload but not block it for ever.
    function veto(bytes32 decisionId) external;

    /// @notice Pauses the executions of an agent; all else goes on, deadlines too. Only by the agent's guardian. The pause
    /// ends by itself, and there is none for 30 days from its end, even when it was ended early.
    /// @param until First second at which executions run again, at most 14 days away.
    function pause(bytes32 agentId, uint64 until) external;

    /// @notice Ends a pause early. Only by the agent's guardian.
    function unpause(bytes32 agentId) external;

    /// @notice Marks a ready decision as executed. Only by the agent's vault, which executes it in the same transaction, and not
    /// while the agent's guardian has paused executions.
    /// @return terms What the vault must check before it acts: the payload, the policy, the signature by the group key.
    function markExecuted(bytes32 decisionId) external returns (ExecutionTerms memory terms);

    /// @notice Registry of the committees.
    function committeeRegistry() external view returns (ICommitteeRegistry);

    /// @notice What reads the policies of the vaults that are made for this registry; the registry itself never asks it.
    function policyEngine() external view returns (IPolicyEngine);

    /// @notice Id an agent has when `registrant` registers it here: the hash of the tag "synod.agent.v1", chain id, this
    /// registry, registrant, salt and all terms except the vault, which is deployed for the id.
    function computeAgentId(
        address registrant,
        bytes32 salt,
        AgentTerms calldata terms
    ) external view returns (bytes32 agentId);

    /// @notice Payload hash of an action: `keccak256(abi.encode(action))`.
    function hashAction(Action calldata action) external pure returns (bytes32 payloadHash);

    /// @notice State of a decision now. Reverts for an unknown decision.
    function stateOf(bytes32 decisionId) external view returns (DecisionState state);

    /// @notice All facts of a decision. Reverts for an unknown decision.
    function decisionOf(bytes32 decisionId) external view returns (DecisionView memory decision);

    /// @notice The most that the decision may charge, per asset of the policy it was submitted under; kept from its
    /// submission, reserved from its approval until it is executed or dead. Reverts for an unknown decision.
    function budgetsOf(bytes32 decisionId) external view returns (Budget[] memory budgets);

    /// @notice Decisions of an agent that hold a reservation now: approved, with a budget, and still to be executed. Reverts
    /// for an unknown agent.
    /// @param policyHash Hash of the vault's policy; decisions of another one cannot be executed and reserve nothing.
    function reservationsOf(bytes32 agentId, bytes32 policyHash) external view returns (bytes32[] memory decisionIds);

    /// @notice Adds to each of the budgets what these decisions reserve of its asset. Reverts for an unknown agent.
    /// @param budgets Budgets of nothing, to ask for what is reserved alone.
    function reservedOf(
        bytes32 agentId,
        bytes32 policyHash,
        Budget[] memory budgets
    ) external view returns (Budget[] memory reserved);

    /// @notice All facts of an agent. Reverts for an unknown agent.
    function agentOf(bytes32 agentId) external view returns (AgentView memory agent);
}
