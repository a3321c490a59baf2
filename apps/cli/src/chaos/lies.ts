import { z } from "zod";
import type { Lie } from "./rpc-gateway.ts";

const OTHER_HASH = `0x${"be".repeat(32)}`;

const objectSchema = z.looseObject({});
const logsSchema = z.array(z.looseObject({ data: z.string() }));

/**
 * A provider of another chain: it gives every block another hash, every log other data, every call another result, and
 * says of every transaction that it failed.
 */
export const CONTRADICT_EVERYTHING: Lie = (call, result) => {
  switch (call.method) {
    case "eth_getBlockByNumber":
      return changed(result, { hash: OTHER_HASH });
    case "eth_getLogs":
      return changedLogs(result);
    case "eth_call":
      return typeof result === "string" ? flipped(result) : result;
    case "eth_getTransactionReceipt":
      return changed(result, { status: "0x0" });
    default:
      return result;
  }
};

function changed(result: unknown, fields: object): unknown {
  const parsed = objectSchema.safeParse(result);
  return parsed.success ? { ...parsed.data, ...fields } : result;
}

function changedLogs(result: unknown): unknown {
  const parsed = logsSchema.safeParse(result);
  return parsed.success ? parsed.data.map((log) => ({ ...log, data: flipped(log.data) })) : result;
}

function flipped(hex: string): string {
  if (hex.length < 4) return hex;
  const last = Number.parseInt(hex.slice(-1), 16) ^ 1;
  return `${hex.slice(0, -1)}${last.toString(16)}`;
}
