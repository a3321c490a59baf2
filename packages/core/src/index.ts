export { auditEntryOf } from "./audit/entry-of.ts";
export type { AuditEntry, AuditRecord } from "./audit/record.ts";
export type { AuditFault, AuditHead, AuditProof, AuditVerdict, SealedEntry } from "./audit/seal.ts";
export {
  AUDIT_START,
  checkAuditProof,
  extendAuditHead,
  hashAuditEntry,
  proveRecords,
  sealAudit,
  verifyAudit,
} from "./audit/seal.ts";
export type { SignedAuditHead } from "./audit/signed-head.ts";
export { auditHeadText } from "./audit/signed-head.ts";
export type {
  AskLobe,
  BroadcastAttestation,
  CheckPolicy,
  ClaimAndSign,
  CloseDecision,
  Command,
  Execute,
  FindReadyBlock,
  Park,
  PostResult,
  RebroadcastSignature,
  ReconcileTransaction,
  ReplaceTransaction,
  SendTransaction,
  SignAttestation,
  ValidateDecision,
} from "./committer/command.ts";
export { commandKey, isPeriodic } from "./committer/command-key.ts";
export type {
  AttestationReceived,
  AttestationSigned,
  BlockRef,
  DecisionClosed,
  DecisionFinalised,
  DecisionObserved,
  DecisionParked,
  DecisionReady,
  DecisionRefused,
  DecisionReorged,
  DecisionValidated,
  EndingObserved,
  JournalEvent,
  JournaledViolation,
  LobeAnswered,
  LobeUnanswered,
  PeerBanned,
  PolicyVerdictRecorded,
  ResultObserved,
  SignatureProduced,
  SignClaimed,
  SigningAttemptAborted,
  SigningAttemptStarted,
  SigningHalted,
  SigningResumed,
  TransactionConfirmed,
  TransactionDropped,
  TransactionPrepared,
  TransactionRefused,
  TransactionSent,
} from "./committer/events.ts";
export { factsOf } from "./committer/facts.ts";
export { nextCommands } from "./committer/next-commands.ts";
export { parseJournalEvent } from "./committer/parse-event.ts";
export type { QuorumReached } from "./committer/quorum.ts";
export { findQuorum } from "./committer/quorum.ts";
export { reduce, replay } from "./committer/reduce.ts";
export type { Presence } from "./committer/signing-set.ts";
export { aliveMembers, attemptAt, leaderOf, pooledSets, signingSet } from "./committer/signing-set.ts";
export type {
  AttemptWork,
  CanonicalResult,
  ClosedDecision,
  CommitterState,
  DecisionWork,
  Ending,
  Failures,
  Halt,
  HeldClaim,
  HeldSignature,
  KnownAttestation,
  LobeWork,
  RecordedVerdict,
  Validation,
} from "./committer/state.ts";
export { EMPTY_STATE } from "./committer/state.ts";
export type {
  AgentView,
  BlockTime,
  CommitteeView,
  CommitterSettings,
  CommitterView,
  MemberView,
} from "./committer/view.ts";
export { epochKey } from "./committer/view.ts";
export type { Attestation, SignedBy } from "./decision/attestation.ts";
export { beaconOf } from "./decision/beacon.ts";
export type {
  AttestationMessage,
  AuditHeadMessage,
  CommitteeRegistryPlace,
  DecisionRegistryPlace,
  EpochAbandonment,
  EpochConfirmation,
  EpochProposal,
  EpochTerms,
  ProofOfPossession,
} from "./decision/digests.ts";
export {
  attestationDigest,
  auditHeadDigest,
  authorizationDigest,
  epochAbandonmentDigest,
  epochConfirmationDigest,
  epochProposalDigest,
  proofOfPossessionDigest,
} from "./decision/digests.ts";
export type { Member } from "./decision/encoding.ts";
export { encodeAction, encodeMembers, encodePolicy } from "./decision/encoding.ts";
export { explainDecisionViolation } from "./decision/explain-violation.ts";
export type { AgentContent, CommitteeContent, DecisionContent, Place } from "./decision/hashes.ts";
export { agentId, committeeId, decisionId, membersHash, payloadHash, policyHash } from "./decision/hashes.ts";
export type { AgentId, Branded, CommitteeId, DecisionId, Epoch, MemberIndex } from "./decision/ids.ts";
export { toAgentId, toCommitteeId, toDecisionId, toEpoch, toMemberIndex } from "./decision/ids.ts";
export type { DecisionFacts, DecisionState, TerminalState } from "./decision/state.ts";
export { deriveState, isTerminal } from "./decision/state.ts";
export type { Action, AllowanceBound, Binding, Bound, Call, CodePin, Decision } from "./decision/types.ts";
export { ANY_SEQUENCE, NO_HASH, UNBOUND, ZERO_ADDRESS } from "./decision/types.ts";
export type { DecisionRecord, DecisionViolation, ValidationContext } from "./decision/validation.ts";
export { MAX_BOUNDS, MAX_CALLDATA_BYTES, MAX_CALLS, validateDecision } from "./decision/validation.ts";
export type { CoreErrorCode, CoreFailure } from "./errors.ts";
export { CoreError } from "./errors.ts";
export type { Fees } from "./execution/fees.ts";
export { raisedFees } from "./execution/fees.ts";
export type { OrderPurpose } from "./execution/leader-order.ts";
export { memberOrder, turnOf } from "./execution/leader-order.ts";
export { nextNonce } from "./execution/nonces.ts";
export { transactionKey } from "./execution/reduce-transactions.ts";
export type { SignedTransaction, TransactionPurpose, TransactionWork } from "./execution/transaction.ts";
export type { SigningAnswer, SigningQuestion, SigningRefusal } from "./guard/authorize-signing.ts";
export { authorizeSigning, judgeDecision } from "./guard/authorize-signing.ts";
export type { AuthorizationIntent } from "./guard/intent.ts";
export { rebuildAuthorization } from "./guard/rebuild-authorization.ts";
export type { Budget, Requirements } from "./policy/budgets.ts";
export { budgetsOf, requirementsOf } from "./policy/budgets.ts";
export { grossCharges } from "./policy/charges.ts";
export type { AssetRuleDraft, CallRuleDraft, PolicyDraft } from "./policy/compose.ts";
export { composePolicy, entriesOf, rangeOf } from "./policy/compose.ts";
export type { PolicyQuestion } from "./policy/evaluate.ts";
export { evaluatePolicy, ruleViolations } from "./policy/evaluate.ts";
export { explainViolation } from "./policy/explain.ts";
export type { ReservationQuestion } from "./policy/reservations.ts";
export { reservedFor } from "./policy/reservations.ts";
export { typedDataSelector } from "./policy/typed-data-approval.ts";
export type {
  AssetRule,
  CallRule,
  Charge,
  Comparison,
  Condition,
  Policy,
  PolicySnapshot,
  PolicyVerdict,
  PolicyViolation,
  Range,
  RuleViolation,
  Tier,
} from "./policy/types.ts";
export { COMPARISONS } from "./policy/types.ts";
export type { Clock } from "./ports/clock.ts";
export type { Journal, JournalCodec } from "./ports/journal.ts";
export type { Keystore, KeystoreAssociatedData } from "./ports/keystore.ts";
export type { Later } from "./ports/later.ts";
export type { ClaimOutcome, SignClaim, SignClaims } from "./ports/sign-claims.ts";
export type { FrameDrop, PeerAddress, PeerChange, PeerId, Transport, Unsubscribe } from "./ports/transport.ts";
