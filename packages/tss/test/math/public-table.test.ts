import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { knownPoint, rememberPoint } from "../../src/math/known-point.ts";
import { combineUnsafe, encodePoint, GENERATOR, multiplyUnsafe, type Point } from "../../src/math/point.ts";
import { hasTable, keepTable, multiplyByTable, TABLE_ENTRIES, TABLE_WINDOWS } from "../../src/math/public-table.ts";
import { ORDER } from "../../src/math/scalar.ts";

/** A copy that has no table, for the library's own arithmetic. */
const copyOf = (point: Point): Point => point.double().subtract(point);

/** The known point of a key that was asked for often enough. */
function pointWithTable(secret: bigint): Point {
  const encoded = encodePoint(GENERATOR.multiply(secret));
  const [point] = [1, 2, 3].map(() => knownPoint(encoded));
  if (point === undefined) expect.fail("no point");
  return point;
}

// Digits 0, 63, 64 and -63, carries through many windows, and both ends of the range.
const edges = [1n, 2n, 63n, 64n, 65n, 127n, 128n, 2n ** 252n, 2n ** 255n - 1n, ORDER / 2n, ORDER - 64n, ORDER - 1n];
const scalar = fc.oneof(fc.constantFrom(...edges), fc.bigInt(1n, ORDER - 1n));

describe("table of a known point", () => {
  let key = GENERATOR;
  beforeAll(() => {
    key = pointWithTable(0xabcdefn);
  });

  it("is there for the key and the generator after the third use, and not before", () => {
    expect(hasTable(key)).toBe(true);
    expect(hasTable(GENERATOR)).toBe(true);
    const encoded = encodePoint(GENERATOR.multiply(77n));
    for (const expected of [false, false, true]) {
      const point = knownPoint(encoded);
      expect(point && hasTable(point)).toBe(expected);
    }
  });

  it("multiplies like the library", () => {
    const [plainKey, plainGenerator] = [copyOf(key), copyOf(GENERATOR)];
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        expect(multiplyByTable(key, a)?.equals(plainKey.multiplyUnsafe(a))).toBe(true);
        expect(multiplyUnsafe(key, b).equals(plainKey.multiplyUnsafe(b))).toBe(true);
        const sum = plainGenerator.multiplyUnsafe(a).add(plainKey.multiplyUnsafe(b));
        expect(combineUnsafe(a, key, b).equals(sum)).toBe(true);
        expect(combineUnsafe(a, key, b).toAffine()).toEqual(sum.toAffine());
      }),
      { numRuns: 200, examples: edges.map((edge) => [edge, ORDER - edge]) },
    );
  });

  it("leaves the identity to the library", () => {
    expect(multiplyByTable(key, 0n)).toBeUndefined();
    expect(multiplyUnsafe(key, 0n).is0()).toBe(true);
    expect(multiplyByTable(copyOf(key), 5n)).toBeUndefined();
  });

  it("leaves to the library what the addition does not cover", () => {
    const point = GENERATOR.multiply(5n);
    const { x, y } = point.toAffine();
    const size = TABLE_ENTRIES * TABLE_WINDOWS;
    // Every entry the same, so that the second addition is a doubling.
    keepTable(point, { x: new Array<bigint>(size).fill(x), y: new Array<bigint>(size).fill(y) });
    expect(multiplyByTable(point, 129n)).toBeUndefined();
    expect(multiplyUnsafe(point, 129n).equals(GENERATOR.multiply(645n))).toBe(true);
  });
});

describe("rememberPoint", () => {
  it("saves the decoding: the same object comes back", () => {
    const point = GENERATOR.multiply(9n);
    const encoded = encodePoint(point);
    rememberPoint(encoded, point);
    expect(knownPoint(encoded)).toBe(point);
  });
});
