import { type AuditEntry, type AuditRecord, sealAudit } from "@synod/core";
import { type Hex, keccak256, stringToHex } from "viem";

/** 32 bytes that are told apart by a name. */
export function word(name: string): Hex {
  return keccak256(stringToHex(name));
}

/** A chain of these entries. */
export function sealed(entries: readonly AuditEntry[]): readonly AuditRecord[] {
  const chain: AuditRecord[] = [];
  for (const entry of entries) chain.push(sealAudit(entry, chain.at(-1)).record);
  return chain;
}

/** The text of an `audit.jsonl` with these records. */
export function textOf(records: readonly AuditRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** Six facts about two decisions. */
export const sampleEntries: readonly AuditEntry[] = ["first", "second"].flatMap((name) => [
  { fact: "DecisionFinalised", details: { decisionId: word(name), block: word(`block of ${name}`) } },
  { fact: "SignClaimed", details: { decisionId: word(name), epoch: "1", digest: word(`digest of ${name}`) } },
  { fact: "DecisionParked", details: { decisionId: word(name), reason: 'it said "no", twice' } },
]);
