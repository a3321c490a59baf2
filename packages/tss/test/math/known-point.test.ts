import { describe, expect, it } from "vitest";
import { knownPoint } from "../../src/math/known-point.ts";
import { encodePoint, GENERATOR, multiplyUnsafe } from "../../src/math/point.ts";

describe("knownPoint", () => {
  it("decodes an array once and multiplies alike with and without a table", () => {
    const plain = GENERATOR.multiply(77n);
    const encoded = encodePoint(plain);
    const first = knownPoint(encoded);
    expect(first?.equals(plain)).toBe(true);
    for (let i = 0; i < 4; i++) expect(knownPoint(encoded)).toBe(first);
    for (const scalar of [1n, 2n, 0xdeadbeefn, (1n << 255n) - 19n]) {
      expect(first && multiplyUnsafe(first, scalar).equals(plain.multiplyUnsafe(scalar))).toBe(true);
    }
    expect(knownPoint(encoded.slice())).not.toBe(first);
  });

  it("is undefined for what is no point, every time", () => {
    const bad = new Uint8Array(33);
    expect(knownPoint(bad)).toBeUndefined();
    for (let i = 0; i < 4; i++) expect(knownPoint(bad)).toBeUndefined();
  });
});
