import type { Hex } from "viem";
import type { Attestation } from "../decision/attestation.ts";
import type { DecisionId, Epoch, MemberIndex } from "../decision/ids.ts";
import type { TerminalState } from "../decision/state.ts";
import type { Decision } from "../decision/types.ts";
import type { SignedTransaction, TransactionPurpose } from "../execution/transaction.ts";
import type { Charge } from "../policy/types.ts";
import type { PeerId } from "../ports/transport.ts";

/** One block of the chain. */
export interface BlockRef {
  readonly number: bigint;
  readonly hash: Hex;
}

/** A violation as the journal keeps it: the code for machines, the sentence for people. */
export interface JournaledViolation {
  readonly code: string;
  readonly message: string;
}

/** The submission was seen in a block that may still be reorganised away. */
export interface DecisionObserved {
  readonly kind: "DecisionObserved";
  readonly decision: Decision;
  readonly block: BlockRef;
  readonly logIndex: number;
}

/** The block that holds the submission is final. Ignored when it names another block than the observed one. */
export interface DecisionFinalised {
  readonly kind: "DecisionFinalised";
  readonly decisionId: DecisionId;
  readonly block: BlockRef;
}

/** The block that held the submission is gone. After finality this halts all signing. */
export interface DecisionReorged {
  readonly kind: "DecisionReorged";
  readonly decisionId: DecisionId;
}

/** The finalised record passed every check. */
export interface DecisionValidated {
  readonly kind: "DecisionValidated";
  readonly decisionId: DecisionId;
}

/** The finalised record failed checks; this committer neither attests nor signs it. */
export interface DecisionRefused {
  readonly kind: "DecisionRefused";
  readonly decisionId: DecisionId;
  readonly violations: readonly JournaledViolation[];
}

/** The lobe replied. The first answer counts, for ever. */
export interface LobeAnswered {
  readonly kind: "LobeAnswered";
  readonly decisionId: DecisionId;
  readonly reply: boolean;
  /** Hash of the lobe's result, 32 bytes; zero when it gives none. The same for every honest committer. */
  readonly resultHash: Hex;
  readonly reason: string;
}

/** The lobe failed to reply; it is asked again later. */
export interface LobeUnanswered {
  readonly kind: "LobeUnanswered";
  readonly decisionId: DecisionId;
  readonly reason: string;
  /** Head block at that time. */
  readonly atBlock: bigint;
}

/** This committer signed its attestation. */
export interface AttestationSigned {
  readonly kind: "AttestationSigned";
  readonly attestation: Attestation;
  /** Head block at that time. */
  readonly atBlock: bigint;
}

/** A peer's attestation arrived and its signature recovers to that member. */
export interface AttestationReceived {
  readonly kind: "AttestationReceived";
  readonly attestation: Attestation;
  /** Head block at that time. */
  readonly atBlock: bigint;
}

/** A finalised block holds the canonical result. */
export interface ResultObserved {
  readonly kind: "ResultObserved";
  readonly decisionId: DecisionId;
  readonly reply: boolean;
  readonly resultHash: Hex;
  /** Chain time from which an approved decision may execute, in seconds; 0 for a rejection. */
  readonly readyAt: bigint;
  readonly block: BlockRef;
}

/** The first finalised block whose time is at or after the end of the veto window. The attempt clock starts there. */
export interface DecisionReady {
  readonly kind: "DecisionReady";
  readonly decisionId: DecisionId;
  readonly readyBlock: bigint;
}

/** A finalised block holds the cancellation, veto or execution. */
export interface EndingObserved {
  readonly kind: "EndingObserved";
  readonly decisionId: DecisionId;
  readonly ending: "executed" | "vetoed" | "cancelled";
  readonly block: BlockRef;
}

/** The policy verdict for one signing attempt. */
export interface PolicyVerdictRecorded {
  readonly kind: "PolicyVerdictRecorded";
  readonly decisionId: DecisionId;
  readonly attempt: number;
  readonly verdict: "allow" | "deny";
  readonly violations: readonly JournaledViolation[];
  readonly charges: readonly Charge[];
  readonly policyHash: Hex;
  readonly asOfBlock: bigint;
}

/** The claim store holds this digest for (decision, epoch). */
export interface SignClaimed {
  readonly kind: "SignClaimed";
  readonly decisionId: DecisionId;
  readonly epoch: Epoch;
  readonly digest: Hex;
}

/** A signing session is about to send its first message. It is never rejoined after a restart. */
export interface SigningAttemptStarted {
  readonly kind: "SigningAttemptStarted";
  readonly decisionId: DecisionId;
  readonly attempt: number;
  readonly signers: readonly MemberIndex[];
}

/** A signing session ended without a signature. */
export interface SigningAttemptAborted {
  readonly kind: "SigningAttemptAborted";
  readonly decisionId: DecisionId;
  readonly attempt: number;
  readonly severity: "retry" | "ban";
  readonly code: string;
  readonly culprits: readonly MemberIndex[];
}

/** A peer cheated provably; no signing set has it again. Journaled before its next message is handled. */
export interface PeerBanned {
  readonly kind: "PeerBanned";
  readonly peer: PeerId;
  readonly code: string;
  /** Hash of the evidence that was kept. */
  readonly evidenceHash: Hex;
}

/** The group signature exists and verifies against the group address. */
export interface SignatureProduced {
  readonly kind: "SignatureProduced";
  readonly decisionId: DecisionId;
  readonly digest: Hex;
  /** 65 bytes r ‖ s ‖ v. */
  readonly signature: Hex;
  readonly origin: "session" | "peer";
  /** Head block at that time. */
  readonly atBlock: bigint;
}

/** A transaction is signed with a reserved nonce. A second one for the same purpose and nonce replaces the first. */
export interface TransactionPrepared {
  readonly kind: "TransactionPrepared";
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly nonce: number;
  readonly transaction: SignedTransaction;
  /** Head block at that time. */
  readonly atBlock: bigint;
}

/** The prepared bytes were handed to the chain, or the chain already knew them. */
export interface TransactionSent {
  readonly kind: "TransactionSent";
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly hash: Hex;
  /** Head block at that time. */
  readonly atBlock: bigint;
}

/** A finalised block holds the transaction. A failed one says why as far as that is known. */
export interface TransactionConfirmed {
  readonly kind: "TransactionConfirmed";
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly hash: Hex;
  readonly outcome: { readonly kind: "succeeded" } | { readonly kind: "reverted"; readonly reason: string };
  /** Block that holds it. */
  readonly atBlock: bigint;
}

/** The nonce was used by a transaction that the journal does not know; none of the prepared ones can be mined. */
export interface TransactionDropped {
  readonly kind: "TransactionDropped";
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly nonce: number;
}

/** A transaction was not prepared: the simulation failed, there is no gas money, the fee cap is too low. */
export interface TransactionRefused {
  readonly kind: "TransactionRefused";
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly reason: string;
  /** Head block at that time. */
  readonly atBlock: bigint;
}

/** This committer gave up on a decision that keeps failing; the chain's facts still close it. */
export interface DecisionParked {
  readonly kind: "DecisionParked";
  readonly decisionId: DecisionId;
  readonly reason: string;
}

/** The decision reached a final state; its work is dropped. */
export interface DecisionClosed {
  readonly kind: "DecisionClosed";
  readonly decisionId: DecisionId;
  readonly state: TerminalState;
}

/** Signing stopped for all decisions; only a person resumes it. */
export interface SigningHalted {
  readonly kind: "SigningHalted";
  readonly reason: string;
}

/** A person looked at the alarm and let signing go on. */
export interface SigningResumed {
  readonly kind: "SigningResumed";
  readonly note: string;
}

/** Everything a committer ever writes down. Closed: a new kind is a new version of the journal. */
export type JournalEvent =
  | DecisionObserved
  | DecisionFinalised
  | DecisionReorged
  | DecisionValidated
  | DecisionRefused
  | LobeAnswered
  | LobeUnanswered
  | AttestationSigned
  | AttestationReceived
  | ResultObserved
  | DecisionReady
  | EndingObserved
  | PolicyVerdictRecorded
  | SignClaimed
  | SigningAttemptStarted
  | SigningAttemptAborted
  | PeerBanned
  | SignatureProduced
  | TransactionPrepared
  | TransactionSent
  | TransactionConfirmed
  | TransactionDropped
  | TransactionRefused
  | DecisionParked
  | DecisionClosed
  | SigningHalted
  | SigningResumed;
