import { describe, expect, it } from "vitest";
import { GENERATOR, IDENTITY, multiplyBase, multiplyUnsafe, type Point, sumPoints } from "../../src/math/point.ts";
import { ORDER, randomScalar } from "../../src/math/scalar.ts";
import { multiplySum, shortWeight } from "../../src/math/uniform-multiply.ts";
import { hashToScalar } from "../../src/transcript/hash.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const rng = seededRng(`${TEST_SEED}/uniform-multiply`);
const randomPoint = (): Point => multiplyBase(randomScalar(rng));

/** lambda of the endomorphism: the scalars around it split into halves of unusual size. */
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;

describe(`a sum of secret multiples (seed ${TEST_SEED})`, () => {
  it.each([
    0n,
    1n,
    2n,
    7n,
    8n,
    9n,
    16n,
    2n ** 128n,
    2n ** 128n - 1n,
    LAMBDA,
    LAMBDA - 1n,
    ORDER - LAMBDA,
    ORDER - 1n,
    ORDER >> 1n,
  ])("is the library's product for one term with scalar %x", (scalar) => {
    const point = randomPoint();
    expect(multiplySum([{ scalar, point }]).equals(point.multiplyUnsafe(scalar))).toBe(true);
  });

  it.each([1, 2, 3, 5])("is the sum of the library's products for %i random terms", (count) => {
    for (let run = 0; run < 10; run++) {
      const terms = Array.from({ length: count }, () => ({ scalar: randomScalar(rng), point: randomPoint() }));
      const expected = sumPoints(terms.map(({ scalar, point }) => point.multiply(scalar)));
      expect(multiplySum(terms).equals(expected)).toBe(true);
    }
  });

  it("is right for equal and opposite terms, and for the identity", () => {
    const [scalar, point] = [randomScalar(rng), randomPoint()];
    const twice = multiplySum([
      { scalar, point },
      { scalar, point },
    ]);
    expect(twice.equals(point.multiply(scalar).double())).toBe(true);
    const none = multiplySum([
      { scalar, point },
      { scalar: ORDER - scalar, point },
    ]);
    expect(none.is0()).toBe(true);
    expect(multiplySum([{ scalar, point: IDENTITY }]).is0()).toBe(true);
    expect(multiplySum([]).is0()).toBe(true);
  });

  it("leaves to the library a sum that its additions do not cover", () => {
    // Up to the only digit that is not zero, the sum is 16^2 times the public offset: adding this point would double it.
    const point = multiplyUnsafe(multiplyBase(hashToScalar("multiply/offset")), 2n ** 8n);
    const scalar = 2n ** 124n;
    expect(multiplySum([{ scalar, point }]).equals(point.multiply(scalar))).toBe(true);
  });

  it("takes points that are not normalised", () => {
    const point = GENERATOR.double().add(GENERATOR).double();
    expect(multiplySum([{ scalar: 5n, point }]).equals(GENERATOR.multiply(30n))).toBe(true);
  });
});

describe("a short weight", () => {
  it("is a + b lambda, with both halves in it", () => {
    const [a, b] = [0xfedcba9876543210n, 0x0123456789abcdefn];
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, a);
    view.setBigUint64(8, b);
    expect(shortWeight(bytes)).toBe((a + b * LAMBDA) % ORDER);
    expect(shortWeight(new Uint8Array(16))).toBe(0n);
  });

  it("differs for different bytes", () => {
    const weights = Array.from({ length: 100 }, () => shortWeight(rng(16)));
    expect(new Set(weights).size).toBe(100);
  });

  it("has 16 bytes", () => {
    expect(() => shortWeight(new Uint8Array(15))).toThrowError(expect.objectContaining({ code: "invalidLength" }));
  });
});
