import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AUDIT_START,
  type AuditRecord,
  checkAuditProof,
  proveRecords,
  sealAudit,
  verifyAudit,
} from "../../src/index.ts";
import { runs, word } from "../builders.ts";

function chainOf(length: number): AuditRecord[] {
  const chain: AuditRecord[] = [];
  for (let index = 0; index < length; index += 1) {
    const details = { decisionId: word(`decision ${index}`), step: `${index}` };
    chain.push(sealAudit({ fact: "SignClaimed", details }, chain.at(-1)).record);
  }
  return chain;
}

const chain = chainOf(5);
const head = { length: 5, hash: chain[4]?.hash ?? AUDIT_START };
const record = (index: number): AuditRecord => chain[index] ?? chainOf(1)[0] ?? expect.unreachable();
const replaceAt = (index: number, changed: AuditRecord) => chain.with(index, changed);

describe("audit chain", () => {
  it("is intact as it was written, and says its head", () => {
    expect(verifyAudit(chain)).toEqual({ kind: "intact", head });
    expect(verifyAudit(chain, head)).toEqual({ kind: "intact", head });
    expect(verifyAudit([])).toEqual({ kind: "intact", head: { length: 0, hash: AUDIT_START } });
  });

  it("may go on after a known head", () => {
    expect(verifyAudit(chainOf(7), head).kind).toBe("intact");
  });

  it("does not depend on the order of the details", () => {
    const swapped = {
      ...record(2),
      entry: { fact: "SignClaimed", details: { step: "2", decisionId: word("decision 2") } },
    };
    expect(verifyAudit(replaceAt(2, swapped)).kind).toBe("intact");
  });

  it.each([
    [
      "a changed value",
      2,
      "content",
      replaceAt(2, { ...record(2), entry: { fact: "SignClaimed", details: { step: "x" } } }),
    ],
    ["a changed fact", 2, "content", replaceAt(2, { ...record(2), entry: { ...record(2).entry, fact: "Other" } })],
    ["a changed hash", 4, "content", replaceAt(4, { ...record(4), hash: word("x") })],
    ["a changed hash in the middle", 2, "content", replaceAt(2, { ...record(2), hash: word("x") })],
    ["a removed record", 2, "index", chain.toSpliced(2, 1)],
    ["a removed first record", 0, "index", chain.slice(1)],
    ["a repeated record", 3, "index", chain.toSpliced(3, 0, record(2))],
    ["swapped records", 1, "index", [record(0), record(2), record(1), record(3), record(4)]],
    ["a record of another chain", 2, "link", replaceAt(2, { ...record(2), previousHash: word("x") })],
    ["a renumbered record", 1, "content", [record(0), { ...record(2), index: 1, previousHash: record(0).hash }]],
  ] as const)("finds %s at position %i", (_name, position, fault, broken) => {
    expect(verifyAudit(broken)).toEqual({ kind: "broken", position, fault });
  });

  it("finds a cut-off end and a rewritten history against a known head", () => {
    expect(verifyAudit(chain.slice(0, 3))).toMatchObject({ kind: "intact" });
    expect(verifyAudit(chain.slice(0, 3), head)).toEqual({ kind: "broken", position: 3, fault: "head" });
    const rewritten = [...chain.slice(0, 4), sealAudit({ fact: "Other", details: {} }, chain[3]).record];
    expect(verifyAudit(rewritten, head)).toEqual({ kind: "broken", position: 4, fault: "head" });
  });

  it("finds any single change of any record", () => {
    const change = fc.constantFrom("index", "previousHash", "hash", "fact", "detail", "key");
    const property = fc.property(fc.nat(4), change, (position, field) => {
      const changed = changeOf(record(position), field);
      expect(verifyAudit(replaceAt(position, changed))).toMatchObject({ kind: "broken", position });
    });
    fc.assert(property, runs(100));
  });
});

function changeOf(original: AuditRecord, field: string): AuditRecord {
  const { entry } = original;
  switch (field) {
    case "index":
      return { ...original, index: original.index + 1 };
    case "previousHash":
      return { ...original, previousHash: word("x") };
    case "hash":
      return { ...original, hash: word("x") };
    case "fact":
      return { ...original, entry: { ...entry, fact: `${entry.fact}x` } };
    case "detail":
      return { ...original, entry: { ...entry, details: { ...entry.details, step: "x" } } };
    default:
      return { ...original, entry: { ...entry, details: { ...entry.details, more: "" } } };
  }
}

describe("a proof of one record", () => {
  const [proof] = proveRecords(chain, ({ index }) => index === 2);
  const known = proof ?? expect.unreachable();

  it("leads from each record to the head, without what the others say", () => {
    const proofs = proveRecords(chain, () => true);
    expect(proofs.map(({ record: { index } }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(proofs.every((each) => checkAuditProof(each, head))).toBe(true);
    expect(JSON.stringify(known)).not.toContain(word("decision 3"));
  });

  it.each([
    ["another entry", { ...known, record: { ...known.record, entry: record(1).entry } }, head],
    ["another place", { ...known, record: { ...known.record, index: 1 } }, head],
    ["another predecessor", { ...known, record: { ...known.record, previousHash: word("x") } }, head],
    ["another hash", { ...known, record: { ...known.record, hash: word("x") } }, head],
    ["a changed later record", { ...known, later: [word("x"), ...known.later.slice(1)] }, head],
    ["swapped later records", { ...known, later: known.later.toReversed() }, head],
    ["a later record less", { ...known, later: known.later.slice(1) }, head],
    ["a longer chain", known, { ...head, length: 6 }],
    ["the head of another chain", known, { ...head, hash: word("x") }],
  ])("is refused with %s", (_name, changed, against) => {
    expect(checkAuditProof(changed, against)).toBe(false);
  });
});
