/**
 * Threshold ECDSA of a committee (DKLs23): key generation, resharing, presigning and signing as pure, synchronous state
 * machines.
 *
 * A protocol is started with `start…`, fed with {@link receive} and {@link expire}, and returns effects: frames to send,
 * an output, an abort. There is no function that signs a digest: what the group key can sign is {@link SigningIntent}.
 */
export { type AgentKey, agentPath, deriveAgentKey, exposeExtendedKey } from "./derivation/agent-key.ts";
export {
  type ChildKey,
  type ChildResult,
  deriveChild,
  derivePath,
  type ExtendedKey,
  type NoChild,
} from "./derivation/child-key.ts";
export type { Abort, AbortCode, AbortReason, Blame, Severity } from "./engine/abort.ts";
export { type AgreedTerms, MAX_PARTIES, type Parties } from "./engine/context.ts";
export { expire, receive } from "./engine/receive.ts";
export {
  type Effect,
  type IgnoredReason,
  type Session,
  type Started,
  sessionHandle,
  silentParties,
} from "./engine/session.ts";
export type { Domain } from "./envelope/domain.ts";
export { type Envelope, envelopeDigest, PHASE, type Phase, type SignedEnvelope } from "./envelope/envelope.ts";
export { unverifiedFrameSession } from "./envelope/frame.ts";
export { type IdentityKey, identityKeyFromBytes } from "./envelope/identity-key.ts";
export type { OpenedDirect, SignedMessage } from "./envelope/message.ts";
export { TssError, type TssErrorCode } from "./errors.ts";
export { decodeEvidence, EVIDENCE_VERSION, encodeEvidence, MAX_EVIDENCE_LENGTH } from "./evidence/codec.ts";
export type {
  EquivocationEvidence,
  Evidence,
  MessageFault,
  MessagesEvidence,
  Proof,
  ViewEvidence,
} from "./evidence/evidence.ts";
export { shortestEvidence } from "./evidence/shortest.ts";
export { type KnownCommittee, type UnprovenReason, type Verdict, verifyEvidence } from "./evidence/verify.ts";
export { compareViews, findEquivocation, type ViewComparison } from "./evidence/views.ts";
export {
  type AuthorizationIntent,
  intentDigest,
  type ProofOfPossessionIntent,
  type SigningIntent,
} from "./intent/intent.ts";
export type { KeygenOutput } from "./keygen/round5.ts";
export { type KeygenInput, startKeygen } from "./keygen/start.ts";
export {
  BACKUP_VERSION,
  type BackupOwner,
  type CurrentRecord,
  decodeBackup,
  encodeBackup,
  exposeBackup,
  type KeyShareBackup,
  restoreKeyShare,
  wipeBackup,
} from "./keyshare/backup.ts";
export {
  BACKUP_CONTAINER_VERSION,
  BACKUP_KEY_LENGTH,
  openBackup,
  sealBackup,
  unverifiedBackupOwner,
} from "./keyshare/backup-container.ts";
export { decodeKeyShare, encodeKeyShare, KEY_SHARE_VERSION } from "./keyshare/codec.ts";
export {
  burnPair,
  exposeChainCode,
  type KeyShare,
  type PartnerStatus,
  pairId,
  partnerStatus,
  usablePartners,
  wipeKeyShare,
} from "./keyshare/key-share.ts";
export { addressOfKey, affineCoordinates, type PublicRecord, recordHash } from "./keyshare/record.ts";
export { decodePublicRecord, encodePublicRecord, RECORD_VERSION } from "./keyshare/record-codec.ts";
export { type AffinePoint, type PointBackend, usePointBackend } from "./math/backend.ts";
export type { HashBackend } from "./math/hash-backend.ts";
export { type PartyIndex, partyIndex } from "./math/party-index.ts";
export type { Rng } from "./math/rng.ts";
export type { Scalar } from "./math/scalar.ts";
export {
  addToPool,
  allocatePresignatures,
  burnExpired,
  burnPresignaturesOf,
  countInPool,
  emptyPool,
  type PoolLimits,
  type PresignaturePool,
  purgePool,
  takeFromPool,
} from "./presign/pool.ts";
export {
  burnPresignature,
  type Presignature,
  type PresignatureStatus,
  type PresignatureTerms,
} from "./presign/presignature.ts";
export {
  type PresignBatchInput,
  type PresignInput,
  startPresign,
  startPresignBatch,
} from "./presign/start.ts";
export { MAX_BATCH, type OtMode } from "./presign/terms.ts";
export type { RenewalOutput } from "./renewal/confirm.ts";
export { type RenewalInput, startRenewal } from "./renewal/start.ts";
export {
  chooseDealers,
  type DealerChoice,
  type FailedAttempt,
  failedAttempt,
  MAX_PROVEN_FAULTS,
} from "./reshare/dealer-choice.ts";
export { decodePendingKeyShare, encodePendingKeyShare } from "./reshare/pending-codec.ts";
export { discardKeyShare, type PendingKeyShare } from "./reshare/pending-share.ts";
export type { ReshareOutput } from "./reshare/round5.ts";
export { type Handover, reshareSeats, type Seats } from "./reshare/seats.ts";
export { type RefreshInput, type ReshareInput, startRefresh, startReshare } from "./reshare/start.ts";
export { activateKeyShare, type RetiredKeyShare, retireKeyShare, type SwitchProof } from "./reshare/switch.ts";
export {
  burnTestPresignature,
  startTestPresign,
  startTestSigning,
  type TestPresignature,
  type TestPresignInput,
  type TestSigningInput,
} from "./reshare/test-signature.ts";
export { dkls23 } from "./scheme/dkls23.ts";
export type {
  SchemeCapabilities,
  SchemeKeygenOutput,
  SchemePresignBatchInput,
  SchemePresignInput,
  SchemeSigningInput,
  ShareView,
  ThresholdScheme,
} from "./scheme/scheme.ts";
export type { GroupSignature } from "./sign/combine.ts";
export { type SigningInput, startSigning } from "./sign/start.ts";
