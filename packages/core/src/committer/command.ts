import type { Hex } from "viem";
import type { SignedBy } from "../decision/attestation.ts";
import type { DecisionId, MemberIndex } from "../decision/ids.ts";
import type { TerminalState } from "../decision/state.ts";
import type { TransactionPurpose } from "../execution/transaction.ts";

/** Run `validateDecision` on the finalised record; journal `DecisionValidated` or `DecisionRefused`. */
export interface ValidateDecision {
  readonly kind: "ValidateDecision";
  readonly decisionId: DecisionId;
}

/** Ask the lobe; journal `LobeAnswered` or `LobeUnanswered`. */
export interface AskLobe {
  readonly kind: "AskLobe";
  readonly decisionId: DecisionId;
  /** How often it failed before; part of the key, so that each try is a command of its own. */
  readonly failures: number;
}

/** Sign the attestation with the identity key; journal `AttestationSigned`. */
export interface SignAttestation {
  readonly kind: "SignAttestation";
  readonly decisionId: DecisionId;
  readonly memberIndex: MemberIndex;
  readonly reply: boolean;
  readonly resultHash: Hex;
}

/** Send the own attestation to all connected members. Nothing is journaled; it comes again in the next period. */
export interface BroadcastAttestation {
  readonly kind: "BroadcastAttestation";
  readonly decisionId: DecisionId;
  readonly period: bigint;
}

/** Simulate, then sign and journal (`TransactionPrepared`) a `resolve`, or journal `TransactionRefused`. */
export interface PostResult {
  readonly kind: "PostResult";
  readonly decisionId: DecisionId;
  readonly reply: boolean;
  readonly resultHash: Hex;
  /** Exactly a quorum, strictly ascending by index. */
  readonly attestations: readonly SignedBy[];
  readonly failures: number;
}

/** Find the first finalised block with a time at or after `readyAt`, from `fromBlock` on; journal `DecisionReady`. */
export interface FindReadyBlock {
  readonly kind: "FindReadyBlock";
  readonly decisionId: DecisionId;
  readonly readyAt: bigint;
  readonly fromBlock: bigint;
}

/** Read a policy snapshot at the finalised block and judge; journal `PolicyVerdictRecorded` for this attempt. */
export interface CheckPolicy {
  readonly kind: "CheckPolicy";
  readonly decisionId: DecisionId;
  readonly attempt: number;
}

/**
 * Authorise, claim, journal `SignClaimed` and `SigningAttemptStarted`, then run the session; journal
 * `SignatureProduced` or `SigningAttemptAborted`. Once started, an attempt is never commanded again.
 */
export interface ClaimAndSign {
  readonly kind: "ClaimAndSign";
  readonly decisionId: DecisionId;
  readonly attempt: number;
  /** Exactly `minSigners` members, self among them, ascending. */
  readonly signers: readonly MemberIndex[];
}

/** Send the group signature to all connected members, so that anyone of them can execute. */
export interface RebroadcastSignature {
  readonly kind: "RebroadcastSignature";
  readonly decisionId: DecisionId;
  readonly period: bigint;
}

/** Simulate, then sign and journal (`TransactionPrepared`) an `execute`, or journal `TransactionRefused`. */
export interface Execute {
  readonly kind: "Execute";
  readonly decisionId: DecisionId;
  readonly signature: Hex;
  readonly failures: number;
}

/** Hand the prepared bytes to the chain; journal `TransactionSent`, also if the chain knows them already. */
export interface SendTransaction {
  readonly kind: "SendTransaction";
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly hash: Hex;
  readonly raw: Hex;
}

/**
 * Not mined for too long: sign the same intent with the same nonce and a higher fee and journal it
 * (`TransactionPrepared`); at the fee cap send the old bytes again and journal `TransactionSent`.
 */
export interface ReplaceTransaction {
  readonly kind: "ReplaceTransaction";
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly nonce: number;
  readonly hash: Hex;
  readonly raw: Hex;
  readonly maxFeePerGasWei: bigint;
  readonly period: bigint;
}

/**
 * The nonce is used up: find which of the hashes is in a finalised block and journal `TransactionConfirmed`; if
 * another transaction took the nonce and that is final, journal `TransactionDropped`; if neither is final, wait.
 */
export interface ReconcileTransaction {
  readonly kind: "ReconcileTransaction";
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly nonce: number;
  readonly hashes: readonly Hex[];
  /** Finalised block, part of the key: the question is asked anew with every finalised block. */
  readonly atBlock: bigint;
}

/** Journal `DecisionParked`. */
export interface Park {
  readonly kind: "Park";
  readonly decisionId: DecisionId;
  readonly reason: string;
}

/** Journal `DecisionClosed`. */
export interface CloseDecision {
  readonly kind: "CloseDecision";
  readonly decisionId: DecisionId;
  readonly state: TerminalState;
}

/** What a committer should do next. Doing one twice is harmless. */
export type Command =
  | ValidateDecision
  | AskLobe
  | SignAttestation
  | BroadcastAttestation
  | PostResult
  | FindReadyBlock
  | CheckPolicy
  | ClaimAndSign
  | RebroadcastSignature
  | Execute
  | SendTransaction
  | ReplaceTransaction
  | ReconcileTransaction
  | Park
  | CloseDecision;
