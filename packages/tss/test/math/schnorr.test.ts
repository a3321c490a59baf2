import { describe, expect, test } from "vitest";
import { partyIndex } from "../../src/math/party-index.ts";
import { IDENTITY, multiplyBase } from "../../src/math/point.ts";
import { addScalars, encodeScalar, ORDER } from "../../src/math/scalar.ts";
import {
  decodeProof,
  encodeProof,
  PROOF_LENGTH,
  type ProofStatement,
  proveKnowledge,
  verifyKnowledge,
} from "../../src/math/schnorr.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { badPoints } from "./bad-points.ts";

const statement: ProofStatement = {
  tag: "dkg/pok",
  sessionId: new Uint8Array(32).fill(1),
  context: new Uint8Array(32).fill(2),
  prover: partyIndex(3),
  position: 4,
};

describe(`proof of knowledge (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/schnorr`);
  const x = 123456789n;
  const subject = multiplyBase(x);
  const proof = proveKnowledge(statement, x, subject, rng);

  test("convinces", () => {
    expect(verifyKnowledge(statement, subject, proof)).toBe(true);
  });

  test.each<[string, Partial<ProofStatement>]>([
    ["another tag", { tag: "dkg/confirm" }],
    ["another session", { sessionId: new Uint8Array(32).fill(9) }],
    ["another context", { context: new Uint8Array(31).fill(2) }],
    ["another prover", { prover: partyIndex(4) }],
    ["another position", { position: 3 }],
  ])("is bound to its statement: %s", (_, change) => {
    expect(verifyKnowledge({ ...statement, ...change }, subject, proof)).toBe(false);
  });

  test("does not convince for another point, response or commitment", () => {
    expect(verifyKnowledge(statement, multiplyBase(x + 1n), proof)).toBe(false);
    const response = addScalars(proof.response, 1n);
    expect(verifyKnowledge(statement, subject, { ...proof, response })).toBe(false);
    expect(verifyKnowledge(statement, subject, { ...proof, commitment: multiplyBase(77n) })).toBe(false);
  });

  test("refuses the identity as subject or commitment, even with a matching response", () => {
    expect(verifyKnowledge(statement, IDENTITY, { commitment: multiplyBase(5n), response: 5n })).toBe(false);
    expect(verifyKnowledge(statement, subject, { commitment: IDENTITY, response: 0n })).toBe(false);
  });

  test("takes a fresh nonce each time, and one that depends on the secret when the source repeats", () => {
    const constant = (length: number) => new Uint8Array(length).fill(7);
    expect(proveKnowledge(statement, x, subject, rng).commitment.equals(proof.commitment)).toBe(false);
    const first = proveKnowledge(statement, x, subject, constant);
    const second = proveKnowledge(statement, x + 1n, multiplyBase(x + 1n), constant);
    const third = proveKnowledge({ ...statement, position: 9 }, x, subject, constant);
    expect(first.commitment.equals(second.commitment)).toBe(false);
    expect(first.commitment.equals(third.commitment)).toBe(false);
  });

  test("encodes as 65 bytes and back", () => {
    const encoded = encodeProof(proof);
    expect(encoded).toHaveLength(PROOF_LENGTH);
    const decoded = decodeProof(encoded);
    expect(decoded?.response).toBe(proof.response);
    expect(decoded?.commitment.equals(proof.commitment)).toBe(true);
  });

  test("does not decode another length, a response >= q or a bad point", () => {
    const encoded = encodeProof(proof);
    expect(decodeProof(encoded.subarray(1))).toBeUndefined();
    expect(decodeProof(Uint8Array.of(...encoded, 0))).toBeUndefined();
    const large = encoded.slice();
    large.set(encodeScalar(ORDER - 1n), 33);
    expect(decodeProof(large)?.response).toBe(ORDER - 1n);
    large[64] = 0x41;
    expect(decodeProof(large)).toBeUndefined();
    for (const { bytes } of badPoints.filter((point) => point.bytes.length === 33)) {
      const forged = encoded.slice();
      forged.set(bytes, 0);
      expect(decodeProof(forged)).toBeUndefined();
    }
  });
});
