import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addScalars, encodeScalar, ORDER, reduce, subtractScalars } from "../../src/math/scalar.ts";
import {
  addWords,
  encodeWords,
  isBelowOrder,
  reduceWords,
  scalarsFromWords,
  subtractWords,
  wordsFromEncoded,
  wordsFromScalars,
} from "../../src/math/scalar-words.ts";

const LIMIT = 2n ** 256n;

// Values beside the bounds of words, of q and of 2^256, where a carry or the last subtraction can go wrong.
const edges = [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 128n, 2n ** 255n, ORDER - 2n ** 32n, ORDER - 1n];
const scalar = fc.oneof(fc.constantFrom(...edges), fc.bigInt(0n, ORDER - 1n));
const number256 = fc.oneof(fc.constantFrom(...edges, ORDER, ORDER + 1n, LIMIT - 1n), fc.bigInt(0n, LIMIT - 1n));

describe("scalars as words", () => {
  it("are the same numbers as bytes and as big integers", () => {
    fc.assert(
      fc.property(fc.array(scalar, { minLength: 1, maxLength: 4 }), (values) => {
        const words = wordsFromScalars(values);
        expect(scalarsFromWords(words)).toEqual(values);
        const bytes = new Uint8Array(32 * values.length);
        encodeWords(words, bytes);
        expect([...bytes]).toEqual(values.flatMap((value) => [...encodeScalar(value)]));
        expect(wordsFromEncoded(bytes)).toEqual(words);
      }),
    );
  });

  it("are read and written in the middle of a buffer", () => {
    const buffer = new Uint8Array(40);
    encodeWords(wordsFromScalars([7n]), buffer.subarray(8));
    expect(buffer[39]).toBe(7);
    expect(scalarsFromWords(wordsFromEncoded(buffer.subarray(8)))).toEqual([7n]);
  });

  it("are compared with q and reduced like numbers, without touching their neighbours", () => {
    fc.assert(
      fc.property(number256, (value) => {
        const words = wordsFromScalars([3n, value, 5n]);
        expect(isBelowOrder(words, 8)).toBe(value < ORDER ? 1 : 0);
        reduceWords(words, 8);
        expect(scalarsFromWords(words)).toEqual([3n, reduce(value), 5n]);
      }),
    );
  });

  it("are added and subtracted mod q", () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        const words = wordsFromScalars([a, a, a]);
        const other = wordsFromScalars([b]);
        addWords(words, 0, other, 0);
        addWords(words, 8, other, 0, 0);
        subtractWords(words, 16, other, 0);
        expect(scalarsFromWords(words)).toEqual([addScalars(a, b), a, subtractScalars(a, b)]);
      }),
      { numRuns: 2000 },
    );
  });
});
