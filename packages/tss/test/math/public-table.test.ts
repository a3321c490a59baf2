import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { knownPoint, rememberPoint } from "../../src/math/known-point.ts";
import {
  combineUnsafe,
  encodePoint,
  GENERATOR,
  IDENTITY,
  multiplyUnsafe,
  type Point,
  shiftUnsafe,
} from "../../src/math/point.ts";
import { entriesPerWindow, hasTable, keepTable, sumByTables, windowsOf } from "../../src/math/public-table.ts";
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

// Digits 0, the highest and the lowest of a key's window and of the generator's, carries, and both ends of the range.
const edges = [1n, 2n, 255n, 256n, 257n, 1023n, 1024n, 1025n, 2n ** 128n - 1n, ORDER / 2n, ORDER - 256n, ORDER - 1n];
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
        expect(sumByTables([{ point: key, scalar: a }])?.equals(plainKey.multiplyUnsafe(a))).toBe(true);
        expect(multiplyUnsafe(key, b).equals(plainKey.multiplyUnsafe(b))).toBe(true);
        const sum = plainGenerator.multiplyUnsafe(a).add(plainKey.multiplyUnsafe(b));
        expect(combineUnsafe(a, key, b).equals(sum)).toBe(true);
        expect(combineUnsafe(a, key, b).toAffine()).toEqual(sum.toAffine());
        const shifted = plainKey.add(plainGenerator.multiplyUnsafe(b));
        expect(shiftUnsafe(key, b).equals(shifted)).toBe(true);
        expect(sumByTables([{ point: GENERATOR, scalar: b }], key)?.equals(shifted)).toBe(true);
      }),
      { numRuns: 200, examples: edges.map((edge) => [edge, ORDER - edge]) },
    );
  });

  it("leaves the identity to the library", () => {
    const term = (point: Point, scalar: bigint) => [{ point, scalar }];
    expect(sumByTables(term(key, 0n))).toBeUndefined();
    expect(multiplyUnsafe(key, 0n).is0()).toBe(true);
    expect(sumByTables(term(copyOf(key), 5n))).toBeUndefined();
    expect(sumByTables(term(GENERATOR, 5n), IDENTITY)).toBeUndefined();
    expect(shiftUnsafe(IDENTITY, 5n).equals(copyOf(GENERATOR).multiplyUnsafe(5n))).toBe(true);
    const opposite = copyOf(GENERATOR).multiplyUnsafe(ORDER - 5n);
    expect(sumByTables(term(GENERATOR, 5n), opposite)).toBeUndefined();
    expect(shiftUnsafe(opposite, 5n).is0()).toBe(true);
    expect(combineUnsafe(ORDER - 0xabcdefn, key, 1n).is0()).toBe(true);
  });

  it("leaves to the library what the addition does not cover", () => {
    const point = GENERATOR.multiply(5n);
    const { x, y } = point.toAffine();
    const window = 7;
    const size = entriesPerWindow(window) * windowsOf(window);
    // Every entry the same, so that the second addition is a doubling.
    keepTable(point, { window, x: new Array<bigint>(size).fill(x), y: new Array<bigint>(size).fill(y) });
    expect(sumByTables([{ point, scalar: 129n }])).toBeUndefined();
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
