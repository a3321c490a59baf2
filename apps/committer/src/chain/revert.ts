import { decodeSynodRevert, type SynodRevert } from "@synod/sdk";
import { BaseError, type Hex, isHex } from "viem";

function dataOf(cause: unknown): Hex | undefined {
  if (typeof cause !== "object" || cause === null || !("data" in cause)) return undefined;
  const { data } = cause;
  if (typeof data === "string" && isHex(data)) return data;
  return dataOf(data === null || typeof data !== "object" ? undefined : data);
}

/** The contract's own error inside what viem threw; `undefined` when it was not a revert but the provider's failure. */
export function revertOf(thrown: unknown): SynodRevert | undefined {
  if (!(thrown instanceof BaseError)) return undefined;
  const holder = thrown.walk((cause) => dataOf(cause) !== undefined);
  const data = dataOf(holder);
  if (data !== undefined) return decodeSynodRevert(data);
  const reverted = thrown.walk((cause) => cause instanceof Error && /revert/i.test(cause.message));
  return reverted === null || !/ExecutionReverted/.test((reverted as Error).name)
    ? undefined
    : { kind: "unknown", reason: "no reason given", data: "0x" };
}
