// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Expected sequence of a decision that is not bound to its agent's sequence.
uint64 constant ANY_SEQUENCE = type(uint64).max;

/// @notice What must be so when a decision is submitted, and when it is approved. Part of the decision's id.
/// @param expectedSequence The agent's present sequence, or `ANY_SEQUENCE` to be bound to none. A pending decision that is
/// bound dies when the sequence moves on.
/// @param expectedStateRoot The agent's present state root, or zero to ask for none. On a chain that was reorganised the
/// sequence may be the same after another history; the root is not.
/// @param predecessor A decision of the same agent that must have been executed before this one can be approved, or
/// zero for none.
struct Binding {
    uint64 expectedSequence;
    bytes32 expectedStateRoot;
    bytes32 predecessor;
}

/// @notice What an agent is. Immutable once registered.
/// @param definitionHash Hash of the agent's definition.
/// @param lobeUri Where the agent's lobe is described.
/// @param committeeId Committee that decides and signs for the agent.
/// @param guardian Account that may veto inside the veto window and pause executions, both for a bounded time; zero for
/// none.
/// @param submitter Only account that may submit decisions; zero lets anyone submit.
/// @param vetoWindow Seconds between approval and readiness.
/// @param vault Vault that executes the agent's decisions.
struct AgentTerms {
    bytes32 definitionHash;
    string lobeUri;
    bytes32 committeeId;
    address guardian;
    address submitter;
    uint64 vetoWindow;
    address vault;
}

/// @notice Everything stored about one agent.
/// @param terms The agent's terms.
/// @param registrant Account that registered the agent.
/// @param registeredAt Time of registration, in seconds.
/// @param sequence How many canonical results the agent has.
/// @param stateRoot Hash chain over all canonical results of the agent.
/// @param pausedUntil First second after the last pause of the agent's executions, zero if there was none.
struct AgentView {
    AgentTerms terms;
    address registrant;
    uint64 registeredAt;
    uint64 sequence;
    bytes32 stateRoot;
    uint64 pausedUntil;
}

/// @notice What a vault must know of the decision that it executes.
/// @param payloadHash `keccak256(abi.encode(action))` of the action that was decided.
/// @param policyHash Policy hash of the vault at submission.
/// @param committeeId Committee of the agent.
/// @param groupAddress Address of the group key of the decision's epoch, which is active.
/// @param epoch Epoch that was active at submission.
/// @param deadline Last second at which the decision can be executed.
struct ExecutionTerms {
    bytes32 payloadHash;
    bytes32 policyHash;
    bytes32 committeeId;
    address groupAddress;
    uint64 epoch;
    uint64 deadline;
}

/// @notice The most that an action may charge for one asset of its vault's policy, in one word: the position of the asset's
/// rule in the eight highest bits, below them the amount in the asset's smallest unit, at most 2¹²⁸ for one action.
type Budget is uint256;

using {indexOf, amountOf, plus} for Budget global;

/// @dev Bits of the amount.
uint256 constant AMOUNT_BITS = 248;

/// @dev A budget of `amount`, below 2²⁴⁸, for the asset of rule `index`, below 256.
function toBudget(uint256 index, uint256 amount) pure returns (Budget) {
    return Budget.wrap((index << AMOUNT_BITS) | amount);
}

/// @dev Position of the asset's rule.
function indexOf(Budget self) pure returns (uint256) {
    return Budget.unwrap(self) >> AMOUNT_BITS;
}

/// @dev In the asset's smallest unit.
function amountOf(Budget self) pure returns (uint256) {
    return Budget.unwrap(self) & ((1 << AMOUNT_BITS) - 1);
}

/// @dev The same with so much more; the sum must stay below 2²⁴⁸.
function plus(Budget self, uint256 amount) pure returns (Budget) {
    return Budget.wrap(Budget.unwrap(self) + amount);
}

/// @notice Where a decision stands. Derived from stored facts and the time, never stored.
/// Pending, Approved and Ready are open; all others are final.
enum DecisionState {
    Pending,
    Approved,
    Ready,
    Executed,
    Rejected,
    Cancelled,
    Vetoed,
    Expired,
    Stale
}

/// @notice Everything stored about one decision.
/// @param state Derived state at the time of the call.
/// @param reply The canonical reply; meaningful when `resolvedAt` is not zero.
/// @param agentId Agent the decision is for.
/// @param committeeId Committee of the agent.
/// @param epoch Epoch that was active at submission; the only one that can resolve and sign.
/// @param submitter Account that submitted the decision.
/// @param payloadHash `keccak256(abi.encode(action))`.
/// @param policyHash Policy hash of the vault at submission.
/// @param quorum How many members must attest its result: the larger of the epoch's quorum and what the vault's policy
/// asked for at submission.
/// @param vetoWindow Seconds between approval and readiness: the longer of the agent's and what the vault's policy asked
/// for at submission.
/// @param deadline Last second at which the decision can be resolved or executed.
/// @param expectedSequence Agent sequence the decision was made for, or `ANY_SEQUENCE`.
/// @param predecessor Decision that must be executed before this one can be approved, zero for none.
/// @param submittedAt Time of submission.
/// @param resolvedAt Time of the canonical result, zero if none.
/// @param readyAt First second after the veto window of an approved decision, zero if not approved.
/// @param executedAt Time of execution, zero if never.
/// @param cancelledAt Time of cancellation, zero if never.
/// @param vetoedAt Time of the veto, zero if never.
/// @param resultHash Hash of the canonical result.
/// @param attesters Bit i is set when member i attested the canonical result.
struct DecisionView {
    DecisionState state;
    bool reply;
    bytes32 agentId;
    bytes32 committeeId;
    uint64 epoch;
    address submitter;
    bytes32 payloadHash;
    bytes32 policyHash;
    uint16 quorum;
    uint64 vetoWindow;
    uint64 deadline;
    uint64 expectedSequence;
    bytes32 predecessor;
    uint64 submittedAt;
    uint64 resolvedAt;
    uint64 readyAt;
    uint64 executedAt;
    uint64 cancelledAt;
    uint64 vetoedAt;
    bytes32 resultHash;
    uint256 attesters;
}
