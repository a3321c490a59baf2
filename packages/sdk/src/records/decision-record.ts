import { type DecisionState, NO_HASH } from "@synod/core";
import type { Address, Hex } from "viem";
import { nameOfValue } from "./enumeration.ts";
import { memberIndicesOf } from "./member-indices.ts";
import { presentTime } from "./present-time.ts";

/** The states in the order of the contract's enumeration. */
const DECISION_STATES: readonly DecisionState[] = [
  "Pending",
  "Approved",
  "Ready",
  "Executed",
  "Rejected",
  "Cancelled",
  "Vetoed",
  "Expired",
  "Stale",
];

/** What the committee answered, once a quorum of attestations agreed. */
export type DecisionResult = {
  readonly reply: boolean;
  readonly resultHash: Hex;
  /** Members that attested this result, as positions in the epoch, ascending. */
  readonly attesters: readonly number[];
  /** Time of the block that recorded it, in seconds. */
  readonly resolvedAt: bigint;
};

/** All facts the registry stores about one decision. Times are chain times in seconds, undefined for "never". */
export type DecisionRecord = {
  readonly id: Hex;
  /** State at the block that was read. */
  readonly state: DecisionState;
  readonly agentId: Hex;
  readonly committeeId: Hex;
  readonly epoch: bigint;
  readonly submitter: Address;
  readonly payloadHash: Hex;
  readonly policyHash: Hex;
  /** How many members must attest its result. */
  readonly quorum: number;
  /** Seconds between approval and readiness. */
  readonly vetoWindow: bigint;
  readonly deadline: bigint;
  /** Agent sequence it was made for, or `ANY_SEQUENCE`. */
  readonly expectedSequence: bigint;
  /** Decision that must be executed before this one can be approved; undefined for none. */
  readonly predecessor: Hex | undefined;
  readonly submittedAt: bigint;
  readonly result: DecisionResult | undefined;
  /** First second after the veto window; undefined unless approved. */
  readonly readyAt: bigint | undefined;
  readonly executedAt: bigint | undefined;
  readonly cancelledAt: bigint | undefined;
  readonly vetoedAt: bigint | undefined;
};

/** The registry's own view of a decision, as its ABI decodes. */
export type DecisionView = Omit<
  DecisionRecord,
  "id" | "state" | "predecessor" | "result" | "readyAt" | "executedAt" | "cancelledAt" | "vetoedAt"
> & {
  readonly state: number;
  readonly predecessor: Hex;
  readonly reply: boolean;
  readonly resultHash: Hex;
  readonly attesters: bigint;
  readonly resolvedAt: bigint;
  readonly readyAt: bigint;
  readonly executedAt: bigint;
  readonly cancelledAt: bigint;
  readonly vetoedAt: bigint;
};

/** Turns the contract's view into a record: names for numbers, undefined for zero times, positions for bits. */
export function toDecisionRecord(id: Hex, view: DecisionView): DecisionRecord {
  const { reply, resultHash, attesters, resolvedAt, state, ...facts } = view;
  return {
    ...facts,
    id,
    state: nameOfValue(DECISION_STATES, state),
    predecessor: view.predecessor === NO_HASH ? undefined : view.predecessor,
    result: resolvedAt === 0n ? undefined : { reply, resultHash, attesters: memberIndicesOf(attesters), resolvedAt },
    readyAt: presentTime(view.readyAt),
    executedAt: presentTime(view.executedAt),
    cancelledAt: presentTime(view.cancelledAt),
    vetoedAt: presentTime(view.vetoedAt),
  };
}
