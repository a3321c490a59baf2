import type { Hex } from "viem";

/** One expectation and whether it held. */
export type Check = { readonly what: string; readonly holds: boolean; readonly detail: string };

/** What the demonstration found out about one decision. */
export type DemoRow = {
  readonly name: string;
  readonly decisionId: Hex;
  /** Where the decision stood at the end. */
  readonly state: string;
  /** Members that attested the result, from the chain. */
  readonly attesters: readonly number[];
  /** Members that signed, from the committers. */
  readonly signers: readonly number[];
  /** Block of the execution. */
  readonly blockNumber?: bigint;
  /** Gas of the execution. */
  readonly gasUsed?: bigint;
  /** From the submission to the moment the execution was seen, in milliseconds. */
  readonly executedAfterMs?: number;
  readonly checks: readonly Check[];
};

/** A check that compares two values by their text. */
export function expectEqual(what: string, actual: unknown, expected: unknown): Check {
  const holds = String(actual) === String(expected);
  return { what, holds, detail: holds ? String(actual) : `${actual}, expected ${expected}` };
}
