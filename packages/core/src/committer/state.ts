import type { Address, Hex } from "viem";
import type { Attestation } from "../decision/attestation.ts";
import type { DecisionId, Epoch, MemberIndex } from "../decision/ids.ts";
import type { TerminalState } from "../decision/state.ts";
import type { Decision } from "../decision/types.ts";
import type { TransactionPurpose, TransactionWork } from "../execution/transaction.ts";
import type { Charge } from "../policy/types.ts";
import type { PeerId } from "../ports/transport.ts";
import type { BlockRef, JournaledViolation } from "./events.ts";

/** An attestation and the head block at which it became known here. */
export interface KnownAttestation {
  readonly attestation: Attestation;
  readonly atBlock: bigint;
}

/** What validation said. */
export type Validation =
  | { readonly kind: "valid" }
  | { readonly kind: "refused"; readonly violations: readonly JournaledViolation[] };

/** What is known of the lobe's reply; `silent` counts failures in a row. */
export type LobeWork =
  | { readonly kind: "silent"; readonly failures: number; readonly atBlock: bigint }
  | { readonly kind: "answered"; readonly reply: boolean; readonly resultHash: Hex; readonly reason: string };

/** The canonical result as finalised on chain. */
export interface CanonicalResult {
  readonly reply: boolean;
  readonly resultHash: Hex;
  readonly readyAt: bigint;
  readonly block: BlockRef;
}

/** The last policy verdict and the attempt it was made for. */
export interface RecordedVerdict {
  readonly attempt: number;
  readonly verdict: "allow" | "deny";
  readonly policyHash: Hex;
  readonly asOfBlock: bigint;
}

/** The digest this committer bound itself to. */
export interface HeldClaim {
  readonly epoch: Epoch;
  readonly digest: Hex;
}

/** The newest signing attempt; older ones can never run again. */
export interface AttemptWork {
  readonly attempt: number;
  readonly signers: readonly MemberIndex[];
  readonly outcome: "running" | "aborted";
}

/** The group signature and when it became known here. */
export interface HeldSignature {
  readonly digest: Hex;
  readonly signature: Hex;
  readonly atBlock: bigint;
}

/** How a decision ended on chain, and in which finalised block. */
export interface Ending {
  readonly kind: "executed" | "vetoed" | "cancelled";
  readonly atBlock: bigint;
}

/** Failed tries of one purpose. */
export interface Failures {
  readonly count: number;
  readonly atBlock: bigint;
  readonly reason: string;
}

/** All that is known of one open decision. Every field is a fact from the journal; what to do next is derived. */
export interface DecisionWork {
  readonly decision: Decision;
  readonly block: BlockRef;
  readonly logIndex: number;
  readonly finalised: boolean;
  readonly validation?: Validation;
  readonly lobe?: LobeWork;
  readonly ownAttestation?: Attestation;
  /** The first attestation of each member, own one included. */
  readonly attestations: ReadonlyMap<MemberIndex, KnownAttestation>;
  readonly result?: CanonicalResult;
  readonly readyBlock?: bigint;
  readonly verdict?: RecordedVerdict;
  readonly claim?: HeldClaim;
  readonly attempt?: AttemptWork;
  readonly signature?: HeldSignature;
  readonly failures: Readonly<Partial<Record<TransactionPurpose, Failures>>>;
  /** Own transactions that are final and succeeded, by purpose. */
  readonly landed: Readonly<Partial<Record<TransactionPurpose, Hex>>>;
  readonly ending?: Ending;
  readonly parked?: string;
}

/** What stays of a decision that reached its final state. */
export interface ClosedDecision {
  readonly state: TerminalState;
  readonly vault: Address;
  /** What its execution spent, gross, and the block that holds it; absent if it was not executed. */
  readonly spending?: { readonly charges: readonly Charge[]; readonly atBlock: bigint };
}

/** Why signing is stopped for all decisions. */
export interface Halt {
  readonly reason: string;
}

/** A committer's whole state: what its journal folds to. Owned by nobody, never mutated. */
export interface CommitterState {
  readonly open: ReadonlyMap<DecisionId, DecisionWork>;
  readonly closed: ReadonlyMap<DecisionId, ClosedDecision>;
  /** Transactions whose nonce is taken and that are not final, by `transactionKey`. They outlive their decision. */
  readonly transactions: ReadonlyMap<string, TransactionWork>;
  /** Banned peers and the code of what they did. */
  readonly banned: ReadonlyMap<PeerId, string>;
  readonly halt?: Halt;
}

/** The state of a committer with an empty journal. */
export const EMPTY_STATE: CommitterState = {
  open: new Map(),
  closed: new Map(),
  transactions: new Map(),
  banned: new Map(),
};
