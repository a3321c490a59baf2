import type { SynodRevert, SynodRevertName } from "./synod-revert.ts";

const WAIT_OR_LOOK = "read the decision's state first; only a decision in the needed state can be moved on";
const FIX_SIGNATURES = "collect the signatures anew, each by its own member, in ascending order of members";
const FIX_MEMBERS = "correct the list of members";
const FIX_POLICY = "correct the policy";
const WITHIN_POLICY = "change the action so that it stays within the vault's policy";
const FIX_CALLS = "correct the action's calls and submit it as a new decision";
const FIX_BOUNDS = "widen the action's bounds or change its calls, and submit it as a new decision";
const FIX_SIGNATURE = "give the signature as it was made: 65 bytes, low s, v 27 or 28";
const FIX_DEPLOYMENT = "check how the contracts were deployed";
const FIX_TYPED_DATA = "make the approval with `typedDataApproval`, and submit it as a new decision";
const ONCE = "nothing to do: it was done already";

/** What to do about each custom error. A new error in the contracts does not compile here without its remedy. */
const REMEDIES: Readonly<Record<SynodRevertName, string>> = {
  ECDSAInvalidSignature: FIX_SIGNATURE,
  ECDSAInvalidSignatureLength: FIX_SIGNATURE,
  ECDSAInvalidSignatureS: FIX_SIGNATURE,
  InvalidShortString: FIX_DEPLOYMENT,
  ReentrancyGuardReentrantCall: FIX_CALLS,
  SafeCastOverflowedUintDowncast: "give numbers that fit the contract's fields",
  StringTooLong: FIX_DEPLOYMENT,
  CommitteeUnknown: "check the committee id and the chain",
  CommitteeAlreadyExists: "propose with another salt",
  CommitteeSizeInvalid: "propose 2 to 64 members",
  CommitteeMinSignersInvalid: "choose minSigners between 2 and the number of members",
  CommitteeQuorumInvalid: "choose a quorum with 2·quorum > n + ⌊(n−1)/3⌋ and at most n",
  CommitteeIdentityKeyInvalid: FIX_MEMBERS,
  CommitteeIdentityKeyRepeated: FIX_MEMBERS,
  CommitteeEndpointTooLong: "shorten the endpoint to 256 bytes",
  CommitteeGroupKeyInvalid: "give the group key that the key generation ended with",
  CommitteeNotActive: "wait until the committee has confirmed its key and activated its epoch",
  CommitteeUnexpectedStatus: "read the epoch's status first",
  CommitteeNotProposer: "send from the account that proposed the committee",
  CommitteeMemberUnknown: "name members by their position in the epoch, from 0",
  CommitteeAlreadyConfirmed: ONCE,
  CommitteeConfirmationMismatch: "abandon the epoch and generate its key anew",
  CommitteeMembersNotAscending: FIX_SIGNATURES,
  CommitteeQuorumNotReached: "collect more signatures",
  CommitteeSignerMismatch: FIX_SIGNATURES,
  DecisionAgentUnknown: "check the agent id and the chain",
  DecisionAgentAlreadyExists: "register with another salt",
  DecisionVaultMismatch: "deploy the vault for this agent id and this registry first",
  DecisionVetoWindowTooLong: "choose a shorter veto window",
  DecisionCommitteeNotActive: "wait until the agent's committee has an active epoch",
  DecisionUnknown: "check the decision id and the chain",
  DecisionAlreadyExists: "submit with another salt",
  DecisionSubmitterNotAllowed: "send from the agent's submitter",
  DecisionQuorumUnreachable:
    "ask the committee for more members; the vault's policy wants more attestations than it has",
  DecisionWithoutCalls: "put at least one call into the action",
  DecisionWrongChain: "set the action's chain id to this chain",
  DecisionWrongVault: "set the action's vault to the agent's vault",
  DecisionDeadlineTooSoon: "choose a later deadline, after the veto window",
  DecisionDeadlineTooLate: "choose a deadline within 30 days",
  DecisionSequenceMismatch: "read the agent's sequence again, or submit without binding to it",
  DecisionStateRootMismatch: "read the agent's history again; it is not the one the decision was made for",
  DecisionPredecessorUnknown: "name a decision of the same agent as the predecessor",
  DecisionPredecessorNotExecuted: "wait until the predecessor was executed; if it never will be, cancel this decision",
  DecisionCoolingDown: "wait until the cool-down is over; the same payload was rejected a short time ago",
  DecisionReservationsFull: "wait until one of the agent's approved decisions was executed or has died",
  DecisionUnexpectedState: WAIT_OR_LOOK,
  DecisionNotSubmitter: "send from the account that submitted the decision",
  DecisionNotGuardian: "send from the agent's guardian",
  DecisionVetoesUsedUp: "wait until the time the error names; the same payload was held back long enough",
  DecisionAgentPaused: "wait until the time the error names; the guardian has paused the agent's executions",
  DecisionAgentNotPaused: "nothing to do: executions are not paused",
  DecisionPauseInvalid: "choose an end of the pause within 14 days",
  DecisionPausesUsedUp: "wait until the time the error names; 30 days must pass after a pause",
  DecisionNotVault: "execute through the agent's vault",
  VaultRuleTargetsItself: FIX_POLICY,
  VaultRuleSelectorForbidden: FIX_POLICY,
  VaultRuleRepeated: FIX_POLICY,
  VaultAssetRepeated: FIX_POLICY,
  VaultAssetsTooMany: "list at most 32 assets",
  VaultCapTooLarge: FIX_POLICY,
  VaultWindowEmpty: FIX_POLICY,
  VaultForeignDecision: "use the vault of the decision's own agent",
  VaultDecisionNotReady: WAIT_OR_LOOK,
  VaultPayloadMismatch: "pass the action exactly as it was submitted",
  VaultWrongChain: "use the chain the action is meant for",
  VaultWrongVault: "use the vault the action is meant for",
  VaultDeadlinePassed: "submit a new decision",
  VaultPolicyChanged: "submit a new decision under the present policy",
  VaultSignerMismatch: "only the group key's signature of this decision executes it",
  VaultGasTooLow: "send the execution with more gas",
  VaultCallDenied: WITHIN_POLICY,
  VaultCalldataMalformed: FIX_CALLS,
  VaultTargetWithoutCode: FIX_CALLS,
  VaultCallFailed: FIX_CALLS,
  VaultTokenRefused: FIX_CALLS,
  VaultAssetDenied: WITHIN_POLICY,
  VaultTransactionCapExceeded: WITHIN_POLICY,
  VaultBudgetNotFree: "wait until the window has room again, or until an approved decision was executed or has died",
  VaultWindowCapExceeded: "wait until the window has room again, or spend less",
  VaultBalanceUnreadable: "check the asset's contract",
  VaultBoundExceeded: FIX_BOUNDS,
  VaultBoundNotReached: FIX_BOUNDS,
  VaultBoundRepeated: "give one bound per asset",
  VaultAllowanceGrew: FIX_BOUNDS,
  VaultAllowanceUnreadable: "check the asset's contract",
  VaultCodeMismatch: "look what the account's code is now; pin it anew only if it can be trusted",
  VaultCallerNotItself: "let an executed decision make this call of the vault",
  VaultTypedDataDenied: WITHIN_POLICY,
  VaultTypedDataDomainInvalid: FIX_TYPED_DATA,
  VaultTypedDataMalformed: FIX_TYPED_DATA,
  VaultApprovalExpiryInvalid: "choose an expiry within 30 days of the execution",
  VaultApprovalUnknown: "nothing to do: it was never given, or taken back already",
  GovernorInsufficientProposerVotes: "delegate enough votes to the proposer first; they count from the next block on",
  GovernorRestrictedProposer: "only the proposer that the description names may make this proposal",
  GovernorUnexpectedProposalState: "read the proposal's state first; the same proposal cannot be made twice",
};

/** What to do about a revert, as half a sentence. */
export function remedyOf(revert: SynodRevert): string {
  return revert.kind === "named" ? REMEDIES[revert.name] : "read the reason; check the addresses and the arguments";
}
