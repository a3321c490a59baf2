import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MESSAGE_FAULTS } from "../../src/evidence/evidence.ts";
import { fromHex } from "../harness/hex.ts";
import { type EvidenceVector, judge, vectorsText } from "./vectors.ts";

const text = readFileSync(new URL("../../../../test/vectors/evidence.json", import.meta.url), "utf8");
const vectors = JSON.parse(text) as readonly EvidenceVector[];

describe("the shared vectors of evidence", () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_name, { evidence, expected, changes }) => {
    const bytes = fromHex(evidence);
    expect(judge(bytes)).toEqual(expected);
    for (const { at, xor, expected: verdict } of changes) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ xor;
      expect(judge(changed)).toEqual(verdict);
    }
  });

  it("hold a proof of each fault, no proof among the changed copies and none against the honest", () => {
    const proven = vectors.flatMap(({ expected }) => (expected.kind === "proven" ? [expected.fault] : []));
    expect([...new Set(proven)].sort()).toEqual(["equivocation", ...MESSAGE_FAULTS].sort());
    for (const { name, expected, changes } of vectors) {
      if (/^(honest|mixed)/.test(name)) expect(expected.kind).toBe("unproven");
      expect(changes.map((change) => change.expected.kind)).not.toContain("proven");
    }
  });

  it("are what the code makes (evidence/write-vectors.ts)", { timeout: 60_000 }, () => {
    expect(vectorsText()).toBe(text);
  });
});
