import { readFileSync } from "node:fs";
import type { Hex } from "viem";
import { decodeAbiParameters, parseAbiParameters } from "viem/utils";
import { describe, expect, it } from "vitest";
import { POLICY_CASES, POLICY_SEED, policyCase, policyColumns } from "../../scripts/policy-vectors.ts";

const file = new URL("../../../../test/vectors/policies.json", import.meta.url);
const recorded: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(file, "utf8"));

const VIOLATIONS = parseAbiParameters([
  "Violation[] violations",
  "struct Violation { uint8 kind; uint256 callIndex; uint256 rule; address subject; uint256 actual; uint256 limit; }",
]);

describe("golden vectors of policies, which the contracts are tested against too", () => {
  it("are what the code says", () => {
    expect(policyColumns(POLICY_SEED, POLICY_CASES)).toEqual(recorded);
  });

  it("break every kind of rule, and some break none", () => {
    const found = (recorded.violations ?? []).map((encoded) => decodeAbiParameters(VIOLATIONS, encoded as Hex)[0]);
    const kinds = new Set(found.flat().map(({ kind }) => kind));
    expect([...kinds].sort((left, right) => left - right)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(found.filter((list) => list.length === 0).length).toBeGreaterThan(2);
  });

  it("follow from the seed and differ with it", () => {
    expect(policyCase("a", 0)).toEqual(policyCase("a", 0));
    expect(policyCase("a", 0)).not.toEqual(policyCase("b", 0));
  });
});
