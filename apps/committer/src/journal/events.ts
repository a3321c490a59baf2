import type { BlockRef, CommitteeId, DecisionId, Epoch, JournalEvent, MemberIndex, SignedAuditHead } from "@synod/core";
import type { Hex } from "viem";
import type { HandoverRecord, ShareDescription } from "../sessions/messages.ts";

/** A member as the registry lists it. */
export type ListedMember = { readonly x: Hex; readonly y: Hex; readonly endpoint: string };

/** A finalised block proposes an epoch that lists this committer's identity key. */
export type EpochObserved = {
  readonly kind: "EpochObserved";
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly members: readonly ListedMember[];
  readonly minSigners: number;
  readonly quorum: number;
  readonly membersHash: Hex;
  readonly self: MemberIndex;
  readonly block: BlockRef;
};

/** A key generation is about to send its first message. It is never rejoined after a restart. */
export type KeygenAttemptStarted = {
  readonly kind: "KeygenAttemptStarted";
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly attempt: number;
};

/** The share of a finished key generation or resharing is in the keystore. */
export type ShareStored = {
  readonly kind: "ShareStored";
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly attempt: number;
  readonly description: ShareDescription;
  /** Of a resharing: what shows later that the key was taken over. */
  readonly handover?: HandoverRecord;
};

/** The new shares of a key that was taken over have signed. */
export type HandoverProved = {
  readonly kind: "HandoverProved";
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  /** The epoch's proof of possession, 65 bytes. */
  readonly signature: Hex;
};

/** The share of an epoch that is over is destroyed. */
export type ShareDestroyed = {
  readonly kind: "ShareDestroyed";
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
};

/** The confirmation of an epoch was signed: from now on its share is never given up. */
export type EpochConfirmationSigned = {
  readonly kind: "EpochConfirmationSigned";
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly recordHash: Hex;
};

/** An attempt at the proof of possession is about to send its first message. It is never begun again. */
export type ProofAttemptStarted = {
  readonly kind: "ProofAttemptStarted";
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly attempt: number;
};

/** A batch of presignatures is about to send its first message. It is never begun or joined again. */
export type PresigningStarted = {
  readonly kind: "PresigningStarted";
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  /** Names signers and size of the batch, 32 bytes. */
  readonly subject: Hex;
  readonly attempt: number;
};

/** All finalised blocks up to this one are processed; written in one transaction with their events. */
export type BlocksProcessed = {
  readonly kind: "BlocksProcessed";
  /** The newest finalised block of which every event is in the journal. */
  readonly block: BlockRef;
};

/** What happens to the epochs this committer is a member of. */
export type EpochEvent =
  | EpochObserved
  | KeygenAttemptStarted
  | ShareStored
  | EpochConfirmationSigned
  | ProofAttemptStarted
  | PresigningStarted
  | HandoverProved
  | ShareDestroyed;

/** Who attested the canonical result, by the chain's own account. For reports; core has no need of it. */
export type ResultAttested = {
  readonly kind: "ResultAttested";
  readonly decisionId: DecisionId;
  /** Ascending. */
  readonly attesters: readonly MemberIndex[];
};

/**
 * A signed head of an audit log. Of a peer's log, signed by that peer: it was about to be co-signed here, and no head that
 * does not extend it ever is. Of the own log, signed by a peer: that peer has co-signed it.
 */
export type AuditHeadKept = SignedAuditHead & { readonly kind: "AuditHeadKept" };

/** What only this daemon writes down, beside core's decision events. */
export type DaemonEvent = EpochEvent | ResultAttested | BlocksProcessed | AuditHeadKept;

/** Everything in the journal of a committer. */
export type CommitterEvent = JournalEvent | DaemonEvent;
