import { describe, expect, it } from "vitest";
import { multiplyBaseOnce } from "../../src/math/fixed-base.ts";
import { GENERATOR, IDENTITY, multiplyBase } from "../../src/math/point.ts";
import { ORDER, randomScalar } from "../../src/math/scalar.ts";
import { hashToScalar } from "../../src/transcript/hash.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const rng = seededRng(`${TEST_SEED}/fixed-base`);

describe(`a one-time multiple of the generator (seed ${TEST_SEED})`, () => {
  it.each([0n, 1n, 31n, 32n, 33n, 63n, 64n, 32n * 64n, 33n * 64n ** 41n, 2n ** 252n, ORDER - 1n, ORDER >> 1n])(
    "is the library's for %x",
    (scalar) => {
      expect(multiplyBaseOnce(scalar).equals(GENERATOR.multiplyUnsafe(scalar))).toBe(true);
    },
  );

  it("is the library's for random scalars", () => {
    for (let run = 0; run < 50; run++) {
      const scalar = randomScalar(rng);
      expect(multiplyBaseOnce(scalar).equals(multiplyBase(scalar))).toBe(true);
    }
  });

  it("leaves to the library a sum that its additions do not cover", () => {
    // The sum starts at o G. Before the last digit d, of weight 2^252, it is (o + (s - d 2^252)) G = d 2^252 G for this
    // scalar: the same point as the one that is to be added.
    const offset = hashToScalar("multiply/offset");
    const digit = (offset + 2n ** 251n) >> 252n;
    const scalar = 2n * digit * 2n ** 252n - offset;
    expect(digit > 0n && scalar > 0n && scalar < ORDER).toBe(true);
    expect(multiplyBaseOnce(scalar).equals(multiplyBase(scalar))).toBe(true);
  });

  it("starts at a public point, not at the identity, to which additions are faster", () => {
    const none = multiplyBaseOnce(0n);
    expect(none.is0()).toBe(true);
    // The coordinates of O - O are those that complete formulas leave, not those of an untouched identity.
    expect(none.Y).not.toBe(IDENTITY.Y);
  });
});
