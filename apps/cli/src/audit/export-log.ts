import { type AuditRecord, auditHeadText, proveRecords } from "@synod/core";
import { toJson } from "../output/json.ts";
import { EXPORT_FORMAT } from "./audit-file.ts";
import type { WitnessedLog } from "./verify-heads.ts";

/** Formats that {@link exportLog} writes. */
export const EXPORT_FORMATS = ["json", "csv"] as const;

/** One of {@link EXPORT_FORMATS}. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * The text of an export of the chosen records. JSON carries for each what proves it against the head, and against those
 * that others have co-signed, without showing the other records; CSV (RFC 4180) is for reading and proves nothing by itself.
 */
export function exportLog(
  { records, head, coSignatures }: WitnessedLog,
  format: ExportFormat,
  isChosen: (record: AuditRecord) => boolean,
): string {
  if (format === "csv") return toCsv(records.filter(isChosen));
  const signed = coSignatures.map((one) => JSON.parse(auditHeadText(one)) as unknown);
  return `${toJson({ format: EXPORT_FORMAT, head, coSignatures: signed, proofs: proveRecords(records, isChosen) })}\n`;
}

const COLUMNS = ["index", "fact", "decisionId", "details", "previousHash", "hash"] as const;

function toCsv(records: readonly AuditRecord[]): string {
  const rows = records.map(({ index, entry, previousHash, hash }) => {
    const { decisionId = "", ...details } = entry.details;
    return [String(index), entry.fact, decisionId, toJson(details, 0), previousHash, hash];
  });
  return [COLUMNS, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
