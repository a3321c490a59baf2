import type { Hex } from "viem";
import { CoreError } from "../errors.ts";

declare const brand: unique symbol;
/** A type with a name that the compiler keeps apart from all others of the same shape. */
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Content hash of one decision, 32 bytes, lower-case hex. */
export type DecisionId = Branded<Hex, "DecisionId">;
/** Content hash of one agent, 32 bytes, lower-case hex. */
export type AgentId = Branded<Hex, "AgentId">;
/** Content hash of one committee, 32 bytes, lower-case hex. */
export type CommitteeId = Branded<Hex, "CommitteeId">;
/** Number of one epoch of a committee, from 1. */
export type Epoch = Branded<bigint, "Epoch">;
/** Position of a member in its epoch's list on chain, from 0. */
export type MemberIndex = Branded<number, "MemberIndex">;

const MAX_MEMBERS = 64;
const UINT64_END = 1n << 64n;

function hash32(value: string, name: string): Hex {
  if (!/^0x[0-9a-fA-F]{64}$/.test(value)) {
    throw new CoreError({ code: "INVALID_ID", name, value, wanted: "0x and 64 hex digits" });
  }
  return value.toLowerCase() as Hex;
}

/** Parses a decision id (32 bytes of hex, any case). Errors: `INVALID_ID`. */
export function toDecisionId(value: string): DecisionId {
  return hash32(value, "decision id") as DecisionId;
}

/** Parses an agent id (32 bytes of hex, any case). Errors: `INVALID_ID`. */
export function toAgentId(value: string): AgentId {
  return hash32(value, "agent id") as AgentId;
}

/** Parses a committee id (32 bytes of hex, any case). Errors: `INVALID_ID`. */
export function toCommitteeId(value: string): CommitteeId {
  return hash32(value, "committee id") as CommitteeId;
}

/** Parses an epoch number, 1 … 2^64−1. Errors: `INVALID_ID`. */
export function toEpoch(value: bigint): Epoch {
  if (value < 1n || value >= UINT64_END) {
    throw new CoreError({ code: "INVALID_ID", name: "epoch", value: String(value), wanted: "1 … 2^64-1" });
  }
  return value as Epoch;
}

/** Parses a member index, 0 … 63. Errors: `INVALID_ID`. */
export function toMemberIndex(value: number): MemberIndex {
  if (!Number.isInteger(value) || value < 0 || value >= MAX_MEMBERS) {
    throw new CoreError({ code: "INVALID_ID", name: "member index", value: String(value), wanted: "0 … 63" });
  }
  return value as MemberIndex;
}
