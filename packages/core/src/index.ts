export type { AuditEntry, AuditRecord } from "./audit/record.ts";
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
export type {
  AttemptWork,
  CanonicalResult,
  ClosedDecision,
  CommitterState,
  DecisionWork,
  Failures,
  Halt,
  HeldClaim,
  HeldSignature,
  KnownAttestation,
  LobeWork,
  RecordedVerdict,
  Validation,
} from "./committer/state.ts";
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
  CommitteeRegistryPlace,
  DecisionRegistryPlace,
  EpochAbandonment,
  EpochConfirmation,
  EpochProposal,
  ProofOfPossession,
} from "./decision/digests.ts";
export {
  attestationDigest,
  authorizationDigest,
  epochAbandonmentDigest,
  epochConfirmationDigest,
  epochProposalDigest,
  proofOfPossessionDigest,
} from "./decision/digests.ts";
export type { Member } from "./decision/encoding.ts";
export { encodeAction, encodeMembers, encodePolicy } from "./decision/encoding.ts";
export type { AgentContent, CommitteeContent, DecisionContent, Place } from "./decision/hashes.ts";
export { agentId, committeeId, decisionId, membersHash, payloadHash, policyHash } from "./decision/hashes.ts";
export type { AgentId, Branded, CommitteeId, DecisionId, Epoch, MemberIndex } from "./decision/ids.ts";
export { toAgentId, toCommitteeId, toDecisionId, toEpoch, toMemberIndex } from "./decision/ids.ts";
export type { DecisionFacts, DecisionState, TerminalState } from "./decision/state.ts";
export { deriveState, isTerminal } from "./decision/state.ts";
export type { Action, Bound, Call, Decision } from "./decision/types.ts";
export { ANY_SEQUENCE, ZERO_ADDRESS } from "./decision/types.ts";
export type { CoreErrorCode, CoreFailure } from "./errors.ts";
export { CoreError } from "./errors.ts";
export type { SignedTransaction, TransactionPurpose, TransactionWork } from "./execution/transaction.ts";
export type { AuthorizationIntent } from "./guard/intent.ts";
export type {
  AssetRule,
  CallRule,
  Charge,
  Policy,
  PolicySnapshot,
  PolicyVerdict,
  PolicyViolation,
} from "./policy/types.ts";
export type { Clock } from "./ports/clock.ts";
export type { Journal, JournalCodec } from "./ports/journal.ts";
export type { Keystore, KeystoreAssociatedData } from "./ports/keystore.ts";
export type { Later } from "./ports/later.ts";
export type { Presignatures } from "./ports/presignatures.ts";
export type { ClaimOutcome, SignClaim, SignClaims } from "./ports/sign-claims.ts";
export type { FrameDrop, PeerAddress, PeerChange, PeerId, Transport, Unsubscribe } from "./ports/transport.ts";
