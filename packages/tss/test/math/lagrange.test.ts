import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { type PartyIndex, partyIndex } from "../../src/math/party-index.ts";
import { evaluatePolynomial } from "../../src/math/polynomial.ts";
import { ORDER, reduce } from "../../src/math/scalar.ts";

const indexSet = fc.uniqueArray(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 6 });

describe("lagrangeCoefficient", () => {
  test("recovers f(0) from as many values as f has coefficients", () => {
    fc.assert(
      fc.property(indexSet, fc.bigInt({ min: 0n, max: ORDER - 1n }), (numbers, constant) => {
        const indices = numbers.map(partyIndex);
        const polynomial = [constant, ...numbers.slice(1).map((n) => BigInt(n) ** 40n % ORDER)];
        const sum = indices.reduce(
          (s, i) => s + lagrangeCoefficient(indices, i) * evaluatePolynomial(polynomial, i),
          0n,
        );
        expect(reduce(sum)).toBe(constant);
      }),
    );
  });

  test("refuses a set with a duplicate, wherever it is", () => {
    const indices = [1, 2, 2].map(partyIndex);
    const duplicate = expect.objectContaining({ code: "duplicateIndex" });
    expect(() => lagrangeCoefficient(indices, partyIndex(1))).toThrowError(duplicate);
    expect(() => lagrangeCoefficient(indices, partyIndex(2))).toThrowError(duplicate);
  });

  test("refuses a set with a zero that slipped past the brand", () => {
    const indices = [partyIndex(1), 0 as PartyIndex];
    expect(() => lagrangeCoefficient(indices, partyIndex(1))).toThrowError(
      expect.objectContaining({ code: "invalidPartyIndex" }),
    );
  });

  test("refuses an index that is not in the set", () => {
    expect(() => lagrangeCoefficient([partyIndex(1), partyIndex(2)], partyIndex(3))).toThrowError(
      expect.objectContaining({ code: "unknownIndex" }),
    );
  });
});

test.each([0, -1, 1.5, 65536, Number.NaN])("%s is not a party index", (value) => {
  expect(() => partyIndex(value)).toThrowError(expect.objectContaining({ code: "invalidPartyIndex" }));
});

test("the highest index is 65535", () => {
  expect(partyIndex(1)).toBe(1);
  expect(partyIndex(0xffff)).toBe(0xffff);
});
