import { readFileSync } from "node:fs";
import type { AuditHead, AuditProof, AuditRecord, SignedAuditHead } from "@synod/core";
import { z } from "zod";
import { describeIssue } from "../deployment/read-deployment.ts";
import { CliError } from "../errors/cli-error.ts";
import { bytes32, signedHeadSchema } from "./signed-head.ts";

const recordSchema = z.strictObject({
  index: z.int().nonnegative(),
  previousHash: bytes32,
  entry: z.strictObject({ fact: z.string(), details: z.record(z.string(), z.string()) }),
  hash: bytes32,
});

const headSchema = z.strictObject({ length: z.int().nonnegative(), hash: bytes32 });

/** Name of the format of an exported file. */
export const EXPORT_FORMAT = "synod.audit-export.v2";

const exportSchema = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  head: headSchema,
  coSignatures: z.array(signedHeadSchema).readonly(),
  proofs: z.array(z.strictObject({ record: recordSchema, later: z.array(bytes32).readonly() })).readonly(),
});

/** Chosen records with what proves each against the head. */
export type AuditExport = {
  readonly format: typeof EXPORT_FORMAT;
  readonly head: AuditHead;
  /** Heads that others have co-signed, the newest of each; what they signed is not checked yet. */
  readonly coSignatures: readonly SignedAuditHead[];
  readonly proofs: readonly AuditProof[];
};

/**
 * The records of a committer's `audit.jsonl`, in order, as far as they can be read.
 * Errors: AUDIT_INVALID without such a file; AUDIT_BROKEN with the first line that is no record, or is cut off.
 */
export function readAuditFile(file: string): readonly AuditRecord[] {
  const lines = readText(file).split("\n");
  const rest = lines.pop();
  if (rest !== "") throw broken(file, lines.length, "is cut off; a committer completes it when it starts");
  return lines.map((line, position) => parseRecord(file, line, position));
}

/** An exported file. Errors: AUDIT_INVALID. */
export function readAuditExport(file: string): AuditExport {
  const parsed = exportSchema.safeParse(parseJson(readText(file)));
  if (parsed.success) return parsed.data;
  throw invalid(file, `is not an export of an audit log: ${describeIssue(parsed.error)}`);
}

/** The error for the first bad record of a log. @param position counts from 0 */
export function broken(file: string, position: number, why: string): CliError {
  return new CliError({
    code: "AUDIT_BROKEN",
    what: `record ${position + 1} ${why}`,
    where: file,
    remedy: "keep the file as evidence and compare it with the other committers' logs",
  });
}

function parseRecord(file: string, line: string, position: number): AuditRecord {
  const parsed = recordSchema.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  throw broken(file, position, `is malformed: ${describeIssue(parsed.error)}`);
}

/** The text of a file. Errors: AUDIT_INVALID. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw invalid(file, "cannot be read", error);
  }
}

/** What is not JSON is undefined, which no schema takes. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(file: string, why: string, cause?: unknown): CliError {
  return new CliError(
    {
      code: "AUDIT_INVALID",
      what: `the file ${why}`,
      where: file,
      remedy: "name the audit.jsonl in a committer's data folder, or what `synod audit export` wrote",
    },
    cause,
  );
}
