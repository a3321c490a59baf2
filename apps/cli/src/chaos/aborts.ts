import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { z } from "zod";

/** A protocol session that one committer saw end without a result. */
export type SeenAbort = {
  /** What should have come of it. */
  readonly of: "signature" | "presignatures";
  readonly code: string;
  /** Members that the abort names, by what they signed. */
  readonly culprits: readonly number[];
  /** Members whose messages had not come. */
  readonly silent: readonly number[];
};

const lineSchema = z.object({
  msg: z.enum(["signing aborted", "presigning aborted"]),
  code: z.string(),
  culprits: z.string(),
  reason: z.string(),
});

/** How long a log is now, in bytes: what is written later begins there. */
export function endOfLog(file: string): number {
  return statSync(file).size;
}

/** The aborts that a committer has logged from a place of its log on. */
export function abortsSince(file: string, offset: number): readonly SeenAbort[] {
  return readFrom(file, offset).split("\n").flatMap(abortIn);
}

/** The abort that a line of a committer's log tells of; none for any other line. */
export function abortIn(line: string): readonly SeenAbort[] {
  const parsed = lineSchema.safeParse(jsonOf(line));
  if (!parsed.success) return [];
  const { msg, code, culprits, reason } = parsed.data;
  const of = msg === "signing aborted" ? "signature" : "presignatures";
  // Presigning counts parties, from 1; signing counts members.
  const first = of === "signature" ? 0 : 1;
  return [{ of, code, culprits: numbersIn(culprits, first), silent: numbersIn(reason.replace("silent: ", ""), first) }];
}

function numbersIn(list: string, first: number): readonly number[] {
  return [...list.matchAll(/\d+/g)].map(([text]) => Number(text) - first);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The newest line may be half written.
    return undefined;
  }
}

function readFrom(file: string, offset: number): string {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - offset));
    const length = readSync(descriptor, bytes, 0, bytes.length, offset);
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(descriptor);
  }
}
