import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SignedAuditHead } from "@synod/core";
import { describeIssue } from "../deployment/read-deployment.ts";
import { broken, parseJson, readText } from "./audit-file.ts";
import { isSigned, signedHeadSchema } from "./signed-head.ts";

/** Name of the file of signed heads, in the folder of the log. */
const HEAD_FILE = "audit-heads.jsonl";

/** The signed heads of one file. */
export type HeadFile = {
  readonly file: string;
  /** In the order of the file. */
  readonly heads: readonly SignedAuditHead[];
};

/**
 * The signed heads that a committer keeps beside its log; none when there is no such file.
 * Errors: AUDIT_BROKEN with the first line that is malformed, cut off, or not signed by whom it names.
 */
export async function readHeadFile(log: string): Promise<HeadFile> {
  const file = join(dirname(log), HEAD_FILE);
  if (!existsSync(file)) return { file, heads: [] };
  const lines = readText(file).split("\n");
  if (lines.pop() !== "") throw broken(file, lines.length, "is cut off; a committer completes it when it starts");
  const heads: SignedAuditHead[] = [];
  for (const [position, line] of lines.entries()) {
    const parsed = signedHeadSchema.safeParse(parseJson(line));
    if (!parsed.success) throw broken(file, position, `is malformed: ${describeIssue(parsed.error)}`);
    if (!(await isSigned(parsed.data))) throw broken(file, position, `is not signed by ${parsed.data.signer}`);
    heads.push(parsed.data);
  }
  return { file, heads };
}
