import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditRecord, type JournalEvent, toDecisionId, verifyAudit } from "@synod/core";
import { expect, test } from "vitest";
import { auditFile } from "../../src/audit/audit-file.ts";
import { AuditLog } from "../../src/audit/audit-log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const decisionId = toDecisionId(`0x${"d1".repeat(32)}`);
const EVENTS: readonly JournalEvent[] = [
  { kind: "DecisionParked", decisionId, reason: "first" },
  { kind: "TransactionDropped", purpose: "execute", decisionId, nonce: 1 },
  { kind: "SigningHalted", reason: "second" },
  { kind: "DecisionClosed", decisionId, state: "Expired" },
];

function written(): string {
  const file = join(temporaryFolder(), "audit.jsonl");
  AuditLog.open(auditFile(file), []).append(EVENTS);
  return file;
}

function records(file: string): readonly AuditRecord[] {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("every durable fact is a line of an intact chain", () => {
  const file = written();
  expect(records(file).map(({ entry }) => entry.fact)).toEqual(["DecisionParked", "SigningHalted", "DecisionClosed"]);
  expect(verifyAudit(records(file), AuditLog.open(auditFile(file), EVENTS).head).kind).toBe("intact");
});

test("a chain goes on where it ended, one event at a time or all at once", () => {
  const file = join(temporaryFolder(), "audit.jsonl");
  for (const [index, event] of EVENTS.entries()) AuditLog.open(auditFile(file), EVENTS.slice(0, index)).append([event]);
  expect(readFileSync(file, "utf8")).toBe(readFileSync(written(), "utf8"));
});

test.each([
  ["nothing at all", (_bytes: number) => 0],
  ["a torn first line", (_bytes: number) => 100],
  ["all but a few bytes", (bytes: number) => bytes - 7],
  ["all but the last line break", (bytes: number) => bytes - 1],
])("what a crash cut off is written again from the journal: left was %s", (_name, left) => {
  const file = written();
  const whole = readFileSync(file, "utf8");
  truncateSync(file, left(whole.length));
  AuditLog.open(auditFile(file), EVENTS);
  expect(readFileSync(file, "utf8")).toBe(whole);
});

test.each([
  ["a changed line", (lines: string[]) => [lines[0]?.replace("first", "fIrst"), ...lines.slice(1)], 1],
  ["a removed line", (lines: string[]) => [lines[0], ...lines.slice(2)], 2],
  ["reordered lines", (lines: string[]) => [lines[0], lines[2], lines[1]], 2],
  ["an added line", (lines: string[]) => [...lines, lines[2]], 4],
])("%s refuses the start and is named", (_name, change, line) => {
  const file = written();
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  writeFileSync(file, `${change(lines).join("\n")}\n`);
  expect(() => AuditLog.open(auditFile(file), EVENTS)).toThrow(
    expect.objectContaining({ code: "auditBroken", message: expect.stringContaining(`line ${line} `) }),
  );
});

test("a torn end that is no beginning of the next record is refused", () => {
  const file = written();
  appendFileSync(file, '{"index":3,"bogus');
  expect(() => AuditLog.open(auditFile(file), EVENTS)).toThrow(expect.objectContaining({ code: "auditBroken" }));
  rmSync(file);
  expect(AuditLog.open(auditFile(file), EVENTS).head.length).toBe(3);
});

test("a disk that fails is told as the stores tell it", () => {
  const folder = temporaryFolder();
  const log = AuditLog.open(auditFile(join(folder, "gone", "audit.jsonl")), []);
  expect(() => log.append(EVENTS)).toThrow(expect.objectContaining({ name: "StorageError", code: "STORE_IO" }));
});
