import type { SignClaim, SignClaims } from "@synod/core";
import { toDecisionId, toEpoch } from "@synod/core";
import { expect } from "vitest";
import type { ComplianceCase } from "./compliance-case.ts";
import { registerCompliance } from "./compliance-case.ts";
import { hash32, integerBelow, seededRng } from "./seeded-rng.ts";

/** What the suite needs of an implementation. */
export interface SignClaimsHarness {
  /** Claims with nothing in them. */
  open(): SignClaims;
  /** The claims of the last `open` or `reopen`, as a restarted process would find them. */
  reopen(): SignClaims;
}

function digest(byte: number): SignClaim["digest"] {
  return `0x${byte.toString(16).padStart(2, "0").repeat(32)}`;
}

/** A claim made of repeated bytes; two claims are equal exactly when their arguments are. */
export function sampleClaim(decision: number, epoch: bigint, digestByte: number): SignClaim {
  return { decisionId: toDecisionId(digest(decision)), epoch: toEpoch(epoch), digest: digest(digestByte) };
}

const FIRST = sampleClaim(1, 1n, 0xa1);
const OTHER_DIGEST = sampleClaim(1, 1n, 0xa2);
const CONFLICT = { kind: "conflict", existing: FIRST.digest };

/** The promises of the sign-claims port. */
export const signClaimsCases: readonly ComplianceCase<SignClaimsHarness>[] = [
  {
    name: "claims once, then repeats",
    run: (harness) => {
      const claims = harness.open();
      expect(claims.claim(FIRST)).toEqual({ kind: "claimed" });
      expect(claims.claim(FIRST)).toEqual({ kind: "repeated" });
      expect(claims.claim(FIRST)).toEqual({ kind: "repeated" });
    },
  },
  {
    name: "refuses another digest for ever and names the one that holds",
    run: (harness) => {
      const claims = harness.open();
      claims.claim(FIRST);
      expect(claims.claim(OTHER_DIGEST)).toEqual(CONFLICT);
      expect(claims.claim(OTHER_DIGEST)).toEqual(CONFLICT);
      expect(claims.claim(FIRST)).toEqual({ kind: "repeated" });
    },
  },
  {
    name: "keeps epochs and decisions apart",
    run: (harness) => {
      const claims = harness.open();
      claims.claim(FIRST);
      expect(claims.claim(sampleClaim(1, 2n, 0xa2))).toEqual({ kind: "claimed" });
      expect(claims.claim(sampleClaim(2, 1n, 0xa2))).toEqual({ kind: "claimed" });
      for (const epoch of [2n ** 32n + 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
        expect(claims.claim(sampleClaim(1, epoch, 0xa3))).toEqual({ kind: "claimed" });
      }
      expect(claims.claim(FIRST)).toEqual({ kind: "repeated" });
    },
  },
  {
    name: "remembers after it was opened again",
    run: (harness) => {
      harness.open().claim(FIRST);
      expect(harness.reopen().claim(OTHER_DIGEST)).toEqual(CONFLICT);
      expect(harness.reopen().claim(FIRST)).toEqual({ kind: "repeated" });
    },
  },
  {
    name: "refuses a claim that is not in its canonical form",
    run: (harness) => {
      const claims = harness.open();
      const upperCase = `0x${"AB".repeat(32)}` as SignClaim["decisionId"];
      expect(() => claims.claim({ ...FIRST, decisionId: upperCase })).toThrow();
      expect(() => claims.claim({ ...FIRST, digest: "0xA1" })).toThrow();
      expect(() => claims.claim({ ...FIRST, epoch: 0n as SignClaim["epoch"] })).toThrow();
      expect(() => claims.claim({ ...FIRST, epoch: (2n ** 64n) as SignClaim["epoch"] })).toThrow();
    },
  },
  {
    name: "answers any order of claims as a table of first digests would",
    run: (harness) => {
      const claims = harness.open();
      const rng = seededRng("sign claims against a model");
      const digests = [hash32(rng), hash32(rng), hash32(rng)] as const;
      const model = new Map<string, SignClaim["digest"]>();
      for (let step = 0; step < 200; step += 1) {
        const claim = sampleClaim(integerBelow(rng, 5), BigInt(1 + integerBelow(rng, 3)), 0);
        const chosen = digests[integerBelow(rng, 3)] ?? digests[0];
        const key = `${claim.decisionId}/${claim.epoch}`;
        const existing = model.get(key);
        model.set(key, existing ?? chosen);
        const outcome = claims.claim({ ...claim, digest: chosen });
        expect(outcome).toEqual(expectedOutcome(existing, chosen));
      }
    },
  },
];

function expectedOutcome(existing: SignClaim["digest"] | undefined, chosen: SignClaim["digest"]) {
  if (existing === undefined) return { kind: "claimed" };
  return existing === chosen ? { kind: "repeated" } : { kind: "conflict", existing };
}

/** Runs the claims' promises against one implementation. */
export function signClaimsCompliance(name: string, harness: () => SignClaimsHarness): void {
  registerCompliance(`sign-claims port: ${name}`, signClaimsCases, harness);
}
