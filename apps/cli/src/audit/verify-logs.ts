import { type AuditFault, type AuditHead, type AuditRecord, verifyAudit } from "@synod/core";
import type { Hex } from "viem";
import { CliError } from "../errors/cli-error.ts";
import { broken, readAuditFile } from "./audit-file.ts";
import type { AuditChain } from "./chain-facts.ts";
import { contradictionOf } from "./contradiction.ts";

/** A log that was found whole. */
export type VerifiedLog = { readonly file: string; readonly head: AuditHead; readonly records: readonly AuditRecord[] };

const FAULTS: Readonly<Record<AuditFault, string>> = {
  index: "is out of its place: records before it were removed, repeated or moved",
  link: "does not follow the one before it",
  content: "was changed after it was written",
  head: "is not where the known head says, or the log ends before it",
};

/**
 * Recomputes a log and, with a chain, compares each record with what the chain says.
 * @param known a head of this log that was kept elsewhere: a cut-off end cannot be noticed without
 * Errors: AUDIT_INVALID, AUDIT_BROKEN with the first bad record, and those of the chain.
 */
export async function verifyLog(
  file: string,
  known: AuditHead | undefined,
  chain: AuditChain | undefined,
): Promise<VerifiedLog> {
  const records = readAuditFile(file);
  const verdict = verifyAudit(records, known);
  if (verdict.kind === "broken") throw broken(file, verdict.position, FAULTS[verdict.fault]);
  if (chain !== undefined) await requireAgreement(file, records, chain);
  return { file, head: verdict.head, records };
}

async function requireAgreement(file: string, records: readonly AuditRecord[], chain: AuditChain): Promise<void> {
  for (const record of records) {
    const contradiction = await contradictionOf(record, chain);
    if (contradiction !== undefined) throw broken(file, record.index, contradiction);
  }
}

/** How many of the logs hold the group signature of an executed decision, of how many there must be. */
export type SignatureCoverage = {
  readonly decisionId: Hex;
  readonly logs: number;
  readonly minSigners: number;
};

/**
 * Requires that every decision executed on the chain stands with its signature in the logs of at least as many
 * committers as sign. Errors: AUDIT_BROKEN with the first decision that does not, and those of the chain.
 */
export async function requireComplete(
  logs: readonly VerifiedLog[],
  chain: AuditChain,
): Promise<readonly SignatureCoverage[]> {
  const signed = logs.map(({ records }) => new Set(records.filter(isSignature).map(decisionOf)));
  const coverage: SignatureCoverage[] = [];
  for (const decisionId of await chain.executed()) {
    const minSigners = (await chain.factsOf(decisionId))?.minSigners ?? 0;
    const found = { decisionId, minSigners, logs: signed.filter((decisions) => decisions.has(decisionId)).length };
    if (found.logs < minSigners) throw incomplete(found);
    coverage.push(found);
  }
  return coverage;
}

function isSignature({ entry }: AuditRecord): boolean {
  return entry.fact === "SignatureProduced";
}

function decisionOf({ entry }: AuditRecord): string | undefined {
  return entry.details.decisionId;
}

function incomplete({ decisionId, logs, minSigners }: SignatureCoverage): CliError {
  return new CliError({
    code: "AUDIT_BROKEN",
    what: `${logs} of the logs hold the signature of ${decisionId}, which was executed; ${minSigners} committers signed`,
    where: "the logs together",
    remedy:
      "give the logs of all committers of its epoch; one that is missing it has been changed, or is not of that epoch",
  });
}
