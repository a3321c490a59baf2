import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import {
  combineUnsafe,
  decodePoint,
  encodePoint,
  GENERATOR,
  IDENTITY,
  multiply,
  multiplyBase,
  multiplyUnsafe,
  negatePoint,
  sumPoints,
} from "../../src/math/point.ts";
import { ORDER } from "../../src/math/scalar.ts";
import { badPoints } from "./bad-points.ts";

describe("encoding", () => {
  test("is the compressed form and decodes to the same point", () => {
    const encoded = encodePoint(GENERATOR);
    expect(encoded).toEqual(hexToBytes("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
    expect(decodePoint(encoded)?.equals(GENERATOR)).toBe(true);
    const odd = encodePoint(negatePoint(GENERATOR));
    expect(odd[0]).toBe(3);
    expect(decodePoint(odd)?.equals(negatePoint(GENERATOR))).toBe(true);
  });

  test("refuses the identity", () => {
    expect(() => encodePoint(IDENTITY)).toThrowError(expect.objectContaining({ code: "identityPoint" }));
  });

  test.each(badPoints)("rejects $name", ({ bytes }) => {
    expect(decodePoint(bytes)).toBeUndefined();
  });
});

describe("multiplication", () => {
  test("agrees with repeated addition", () => {
    expect(multiplyBase(3n).equals(GENERATOR.add(GENERATOR).add(GENERATOR))).toBe(true);
    expect(multiply(multiplyBase(5n), 7n).equals(multiplyBase(35n))).toBe(true);
    expect(multiplyUnsafe(multiplyBase(5n), ORDER - 7n).equals(multiplyBase(ORDER - 35n))).toBe(true);
    expect(combineUnsafe(2n, multiplyBase(5n), 7n).equals(multiplyBase(37n))).toBe(true);
  });

  test("by zero, or of the identity, gives the identity and does not throw", () => {
    expect(multiplyBase(0n).is0()).toBe(true);
    expect(multiply(GENERATOR, 0n).is0()).toBe(true);
    expect(multiply(IDENTITY, 5n).is0()).toBe(true);
    expect(multiplyUnsafe(GENERATOR, 0n).is0()).toBe(true);
    expect(combineUnsafe(1n, GENERATOR, ORDER - 1n).is0()).toBe(true);
  });

  test("agrees with the library at the edges of the scalar range", () => {
    for (const s of [1n, 2n, ORDER - 1n, ORDER / 2n, 2n ** 128n, 2n ** 255n]) {
      expect(multiply(multiplyBase(11n), s).equals(secp256k1.Point.BASE.multiply((11n * s) % ORDER))).toBe(true);
    }
  });
});

test("sums points; nothing sums to the identity", () => {
  expect(sumPoints([GENERATOR, multiplyBase(4n)]).equals(multiplyBase(5n))).toBe(true);
  expect(sumPoints([]).is0()).toBe(true);
});
