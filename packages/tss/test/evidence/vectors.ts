import { decodeEvidence, type Evidence, encodeEvidence, type Verdict, verifyEvidence } from "../../src/index.ts";
import { must } from "../harness/committee.ts";
import { toHex } from "../harness/hex.ts";
import { accuse } from "../harness/paper-session.ts";
import { equivocation, keygenOf, one, presignOf, provenCases, reshareOf, signOf, two } from "./cases.ts";

/*
 * The shared vectors test/vectors/evidence.json. They are made by evidence/write-vectors.ts from a fixed seed, and a test
 * holds the file against it. Byte strings are hex with 0x.
 */

/** A judgement as the file has it. */
export type ExpectedVerdict =
  | {
      readonly kind: "proven";
      readonly fault: string;
      readonly culprit: number;
      readonly identityKey: string;
      readonly round: number;
    }
  | { readonly kind: "unproven"; readonly reason: string }
  | { readonly kind: "undecodable" };

/** One piece of evidence, and copies with one byte changed. */
export type EvidenceVector = {
  readonly name: string;
  readonly evidence: string;
  readonly expected: ExpectedVerdict;
  readonly changes: readonly { readonly at: number; readonly xor: number; readonly expected: ExpectedVerdict }[];
};

/** How many bytes of each piece are changed. */
const CHANGES = 24;

/** All vectors, in the order of the file. */
export function evidenceVectors(): readonly EvidenceVector[] {
  const cases = [...provenCases().map(([name, , evidence]) => [name, evidence] as const), ...harmlessCases()];
  return cases.map(([name, evidence]) => {
    const bytes = encodeEvidence(evidence);
    const changes = Array.from({ length: CHANGES }, (_, i) => {
      // Spread over the whole, first and last byte among them.
      const at = Math.floor((i * (bytes.length - 1)) / (CHANGES - 1));
      const changed = bytes.slice();
      changed[at] = must(changed[at]) ^ 1;
      return { at, xor: 1, expected: judge(changed) };
    });
    return { name, evidence: `0x${toHex(bytes)}`, expected: judge(bytes), changes };
  });
}

/** The text of the file. */
export function vectorsText(): string {
  return `${JSON.stringify(evidenceVectors(), undefined, 1)}\n`;
}

/** What a stranger says about the bytes. */
export function judge(bytes: Uint8Array): ExpectedVerdict {
  const evidence = decodeEvidence(bytes);
  return evidence === undefined ? { kind: "undecodable" } : inFile(verifyEvidence(evidence));
}

function inFile(verdict: Verdict): ExpectedVerdict {
  if (verdict.kind === "unproven") return verdict;
  const { kind, fault, culprit, identityKey, round } = verdict;
  return { kind, fault, culprit, identityKey: `0x${toHex(identityKey)}`, round };
}

/** Authentic evidence that proves nothing, and what is no evidence of its session. */
function harmlessCases(): readonly (readonly [name: string, evidence: Evidence])[] {
  const keygen = keygenOf();
  const { first } = equivocation(keygen, 3, {});
  const opening = accuse(keygen, one, "commitmentOpening");
  const otherAttempt = accuse(keygenOf(undefined, 1n), one, "commitmentOpening");
  return [
    ["honest: one message twice", { kind: "equivocation", terms: keygen.terms, first, second: first }],
    ["honest: key generation, opening", opening],
    ["honest: key generation, proofs", accuse(keygen, one, "proofOfKnowledge")],
    ["honest: key generation, dealt share", accuse(keygen, one, "feldmanShare", { to: two })],
    ["honest: key generation, confirmation", accuse(keygen, one, "recordSignature")],
    ["honest: key generation, a first message", accuse(keygen, one, "malformedMessage")],
    ["honest: presigning, opening", accuse(presignOf(), one, "commitmentOpening")],
    ["honest: signing", accuse(signOf(), one, "malformedMessage")],
    ["honest: reshare, anchor", accuse(reshareOf(), one, "dealerAnchor")],
    ["honest: reshare, chain code", accuse(reshareOf(), one, "chainCodeMismatch", { to: two })],
    [
      "mixed: round 1 of one attempt, round 3 of another",
      { ...opening, messages: [must(otherAttempt.messages[0]), must(opening.messages[1])] },
    ],
    ["mixed: terms of another attempt", { ...opening, terms: otherAttempt.terms }],
  ];
}
