import { describe, expect, it } from "vitest";
import { partyIndex } from "../../src/index.ts";
import { proveCoefficients, verifyCoefficients } from "../../src/keygen/proofs.ts";
import { commitPolynomial, samplePolynomial } from "../../src/math/polynomial.ts";
import { decodeProof } from "../../src/math/schnorr.ts";
import { Secret } from "../../src/math/secret.ts";
import { must } from "../harness/committee.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

describe("the proofs of a dealer's coefficients", () => {
  const rng = seededRng(`${TEST_SEED}/proofs`);
  const polynomial = samplePolynomial(2, rng);
  const commitment = commitPolynomial(polynomial);
  const context = { dsid: new Uint8Array(32), e1: new Uint8Array(32), prover: partyIndex(1) };
  const secrets = polynomial.map((coefficient) => new Secret(coefficient));
  const proofs = proveCoefficients(context, secrets, commitment, rng).map((bytes) => must(decodeProof(bytes)));

  it("are one for each", () => {
    expect(verifyCoefficients(context, commitment, proofs)).toBe(true);
    expect(verifyCoefficients(context, commitment, proofs.slice(0, 1))).toBe(false);
  });

  it("are each of its own coefficient", () => {
    expect(verifyCoefficients(context, commitment, proofs.toReversed())).toBe(false);
  });
});
