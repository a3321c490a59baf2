import { describe, expect, it } from "vitest";
import { envelopeDigest } from "../../src/envelope/envelope.ts";
import type { AbortCode } from "../../src/index.ts";
import { decodeEvidence, type Evidence, encodeEvidence, type KnownCommittee, verifyEvidence } from "../../src/index.ts";
import { ORDER } from "../../src/math/scalar.ts";
import { committee, equivocation, keygenOf, one, provenCases } from "../evidence/cases.ts";
import { must } from "../harness/committee.ts";
import { flip } from "../harness/tamper.ts";
import { TEST_SEED } from "../seeded-rng.ts";
import { sourceFiles } from "./source.ts";

const KNOWN: KnownCommittee = { domain: committee.domain, parties: committee.parties };

function isProven(evidence: Evidence | undefined, known = KNOWN): boolean {
  return evidence !== undefined && verifyEvidence(evidence, known).kind === "proven";
}

/** The committee that true evidence is about, as the chain would name it. */
function knownTo({ terms }: Evidence): KnownCommittee {
  return { domain: terms.domain, parties: terms.parties };
}

/** Every code with the severity and the blame that its one check gives; a change of either must be meant. */
const ABORTS = {
  equivocation: "retry public",
  malformedMessage: "retry public",
  viewMismatch: "retry nobody",
  nonceReused: "retry nobody|pairwise",
  commitmentReused: "retry nobody",
  echoMismatch: "retry nobody",
  commitmentOpening: "retry public",
  expired: "retry nobody",
  keyShareWiped: "retry nobody",
  proofOfKnowledge: "retry public",
  groupKeyIdentity: "retry nobody",
  pairSetup: "retry pairwise",
  feldmanShare: "retry public",
  zeroKeyShare: "retry nobody",
  keyShareProof: "retry public",
  recordMismatch: "retry public",
  recordSignature: "retry public",
  pairBurnt: "retry pairwise",
  cotCheck: "ban pairwise",
  voleCheck: "ban pairwise",
  inputConsistency: "ban pairwise",
  keySumMismatch: "retry nobody",
  nonceIdentity: "retry nobody",
  degenerateSignature: "retry nobody",
  invalidSignature: "retry nobody",
} as const satisfies Partial<Record<AbortCode, string>>;

describe(`attacks on blame and evidence (seed ${TEST_SEED})`, () => {
  it("V-38 wrong error class: each code has one severity and one kind of blame in the source", () => {
    const text = [...sourceFiles().values()].join("\n");
    const made = (pattern: RegExp): ReadonlySet<string> =>
      new Set([...text.matchAll(pattern)].map((match) => must(match[1])));
    const makers = {
      "retry public": made(/(?:blamePublicly|blameWithEvidence)\(\s*"(\w+)"/g),
      "retry nobody": made(/blameNobody\(\s*"(\w+)"/g),
      "retry pairwise": made(/blamePairwise\(\s*"(\w+)"/g),
    };
    for (const [code, expected] of Object.entries(ABORTS)) {
      const [severity, blames = ""] = expected.split(" ");
      for (const [maker, codes] of Object.entries(makers)) {
        const isAllowed = severity === "retry" && blames.split("|").some((blame) => maker.endsWith(blame));
        if (!isAllowed) expect(codes.has(code), `${code}: ${maker}`).toBe(false);
      }
    }
    // A ban is for the three checks on pair state only, behind the agreement on the first round.
    const bans = filesWithBan();
    expect(bans).toEqual(["presign/ban.ts"]);
  });

  it("V-46 resends as false equivocation: the same message under another valid signature proves nothing", () => {
    const run = keygenOf();
    const signed = must(run.messages.get(one)?.[0]).signed;
    const s = BigInt(`0x${Buffer.from(signed.signature.subarray(32)).toString("hex")}`);
    const other = new Uint8Array([
      ...signed.signature.subarray(0, 32),
      ...Buffer.from((ORDER - s).toString(16).padStart(64, "0"), "hex"),
    ]);
    for (const signature of [signed.signature, other]) {
      const evidence: Evidence = {
        kind: "equivocation",
        terms: run.terms,
        first: signed,
        second: { ...signed, signature },
      };
      expect(verifyEvidence(evidence, KNOWN).kind).toBe("unproven");
    }
    expect(envelopeDigest(signed.envelope)).toHaveLength(32);
    // The control: another payload for the slot is equivocation.
    expect(isProven(equivocation(run, 1, { payloadHash: new Uint8Array(32).fill(1) }))).toBe(true);
  });

  const isDeep = process.env.SYNOD_DEEP === "1";
  // Every byte in the deep run, instead of sixty of each piece.
  const timeout = isDeep ? 3_600_000 : 240_000;
  it("V-47 evidence forgery: no byte of any valid evidence can be changed", { timeout }, () => {
    for (const [name, , evidence] of provenCases()) {
      const bytes = encodeEvidence(evidence);
      const known = knownTo(evidence);
      expect(isProven(decodeEvidence(bytes), known), name).toBe(true);
      const step = isDeep ? 1 : Math.max(1, Math.floor(bytes.length / 60));
      for (let at = 0; at < bytes.length; at += step) {
        expect(isProven(decodeEvidence(flip(bytes, at)), known), `${name}, byte ${at}`).toBe(false);
      }
    }
  });

  it("V-47 evidence forgery: valid evidence against another committee proves nothing", () => {
    for (const [name, , evidence] of provenCases()) {
      const { domain, parties } = knownTo(evidence);
      const otherEpoch = { domain: { ...domain, epoch: domain.epoch + 1n }, parties };
      const otherMembers = { domain, parties: new Map([...parties].map(([party, key]) => [party, flip(key, 0)])) };
      for (const foreign of [otherEpoch, otherMembers]) expect(isProven(evidence, foreign), name).toBe(false);
    }
  });
});

function filesWithBan(): readonly string[] {
  return [...sourceFiles()]
    .filter(([path, text]) => path !== "engine/abort.ts" && /banPairs\(/.test(text))
    .map(([path]) => path);
}
