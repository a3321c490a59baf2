import { describe, expect, test } from "vitest";
import { partyIndex } from "../../src/math/party-index.ts";
import { multiplyBase } from "../../src/math/point.ts";
import {
  commitPolynomial,
  evaluateCommitment,
  evaluatePolynomial,
  samplePolynomial,
  samplePolynomialWithConstant,
} from "../../src/math/polynomial.ts";
import { ORDER } from "../../src/math/scalar.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

describe(`polynomials (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/polynomial`);

  test("samples a constant, the smallest polynomial", () => {
    expect(samplePolynomial(1, rng)).toHaveLength(1);
    expect(samplePolynomialWithConstant(7n, 1, rng)).toEqual([7n]);
  });

  test("evaluates coefficient by coefficient", () => {
    expect(evaluatePolynomial([5n, 7n, 11n], partyIndex(3))).toBe(5n + 21n + 99n);
    expect(evaluatePolynomial([ORDER - 1n, ORDER - 1n], partyIndex(2))).toBe(ORDER - 3n);
  });

  test("has exactly as many coefficients as asked for, none zero", () => {
    const polynomial = samplePolynomial(4, rng);
    expect(polynomial).toHaveLength(4);
    expect(new Set(polynomial).size).toBe(4);
    expect(polynomial).not.toContain(0n);
  });

  test("keeps a given constant term, reduced", () => {
    const polynomial = samplePolynomialWithConstant(ORDER + 9n, 3, rng);
    expect(polynomial).toHaveLength(3);
    expect(polynomial[0]).toBe(9n);
  });

  test.each([0, -1, 1.5])("refuses %s coefficients", (size) => {
    const empty = expect.objectContaining({ code: "emptyInput" });
    expect(() => samplePolynomial(size, rng)).toThrowError(empty);
    expect(() => samplePolynomialWithConstant(1n, size, rng)).toThrowError(empty);
  });

  test("evaluates the same in the exponent", () => {
    const polynomial = samplePolynomial(3, rng);
    const commitment = commitPolynomial(polynomial);
    for (const x of [1, 2, 64].map(partyIndex)) {
      expect(evaluateCommitment(commitment, x).equals(multiplyBase(evaluatePolynomial(polynomial, x)))).toBe(true);
    }
  });

  test("handles f(x) = 0 in the exponent", () => {
    const polynomial = [ORDER - 6n, 3n];
    expect(evaluatePolynomial(polynomial, partyIndex(2))).toBe(0n);
    expect(evaluateCommitment(commitPolynomial(polynomial), partyIndex(2)).is0()).toBe(true);
  });
});
