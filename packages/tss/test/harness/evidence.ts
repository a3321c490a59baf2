import { expect } from "vitest";
import { decodeEvidence, type Evidence, encodeEvidence, type PartyIndex, verifyEvidence } from "../../src/index.ts";
import { type Committee, must } from "./committee.ts";

/** What arrives at a stranger: the evidence after one trip through its encoding. */
export function sent(evidence: Evidence): Evidence {
  return must(decodeEvidence(encodeEvidence(evidence)), "decoded evidence");
}

/** Fails unless a stranger who knows only the committee is convinced by every piece of evidence. */
export function expectProven(
  evidence: readonly Evidence[],
  committee: Committee,
  culprits: readonly PartyIndex[],
  fault: string,
): void {
  const { domain, parties } = committee;
  const verdicts = evidence.map((piece) => verifyEvidence(sent(piece), { domain, parties }));
  const expected = culprits.map((culprit) => ({ kind: "proven", fault, culprit, identityKey: parties.get(culprit) }));
  expect(verdicts).toMatchObject(expected);
  expect(verdicts).toHaveLength(culprits.length);
}
