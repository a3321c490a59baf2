import { describe, expect, it } from "vitest";
import { addToExtended, affineExtended, fromExtended, toExtended } from "../../src/math/extended.ts";
import { IDENTITY, multiplyBase, type Point } from "../../src/math/point.ts";
import { randomScalar } from "../../src/math/scalar.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const rng = seededRng(`${TEST_SEED}/extended`);
const randomPoint = (): Point => multiplyBase(randomScalar(rng));

describe(`extended coordinates (seed ${TEST_SEED})`, () => {
  it("add like the library, from points that are normalised and others", () => {
    for (const start of [randomPoint(), randomPoint().double()]) {
      let [sum, expected] = [toExtended(start), start];
      for (let i = 0; i < 50; i++) {
        const other = randomPoint();
        sum = addToExtended(sum, other.toAffine());
        expected = expected.add(other);
      }
      expect(fromExtended(sum)?.equals(expected)).toBe(true);
      expect(fromExtended(sum)?.toAffine()).toEqual(expected.toAffine());
    }
  });

  it("report the sum of equal and of opposite points, and everything that is computed from it", () => {
    const point = randomPoint();
    for (const other of [point, point.negate()]) {
      const sum = addToExtended(affineExtended(point.toAffine()), other.toAffine());
      expect(fromExtended(sum)).toBeUndefined();
      expect(fromExtended(addToExtended(sum, randomPoint().toAffine()))).toBeUndefined();
    }
  });

  it("report the identity, and what is added to it", () => {
    expect(fromExtended(toExtended(IDENTITY))).toBeUndefined();
    expect(fromExtended(addToExtended(toExtended(IDENTITY), randomPoint().toAffine()))).toBeUndefined();
  });
});
