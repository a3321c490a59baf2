import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { u32 } from "../../src/math/bytes.ts";
import { reduceBytes32 } from "../../src/math/scalar.ts";
import { wordsFromBytes } from "../../src/math/words.ts";
import { createRowHash } from "../../src/primitives/row-hash.ts";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const value = fc.uint8Array({ minLength: 16, maxLength: 16 });
const index = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("row hash", () => {
  test("is SHA-256 of key, index and value, and the scalar is that reduced", () => {
    fc.assert(
      fc.property(key, index, value, (k, i, v) => {
        const hash = createRowHash(k);
        const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = wordsFromBytes(v);
        hash.hash(i, w0, w1, w2, w3);
        const expected = sha256(concatBytes(k, u32(i), v));
        const words = Array.from(hash.digest, (word) => (word >>> 0).toString(16).padStart(8, "0"));
        expect(words.join("")).toBe(bytesToHex(expected));
        expect(hash.scalar()).toBe(reduceBytes32(expected));
      }),
      { numRuns: 500 },
    );
  });

  test("gives the same again after other inputs", () => {
    const hash = createRowHash(new Uint8Array(32).fill(9));
    hash.hash(1, 2, 3, 4, 5);
    const first = hash.scalar();
    hash.hash(6, 7, 8, 9, 10);
    expect(hash.scalar()).not.toBe(first);
    hash.hash(1, 2, 3, 4, 5);
    expect(hash.scalar()).toBe(first);
  });

  test("reads the key when it is made, from the middle of a buffer too", () => {
    const buffer = new Uint8Array(40).fill(1);
    const hash = createRowHash(buffer.subarray(8));
    buffer.fill(0);
    hash.hash(0, 0, 0, 0, 0);
    expect(hash.scalar()).toBe(reduceBytes32(sha256(concatBytes(new Uint8Array(32).fill(1), new Uint8Array(20)))));
  });

  test("takes a key of 32 bytes only", () => {
    expect(() => createRowHash(new Uint8Array(31))).toThrowError(expect.objectContaining({ code: "invalidLength" }));
  });

  test("forgets its digest when wiped", () => {
    const hash = createRowHash(new Uint8Array(32).fill(1));
    hash.hash(1, 2, 3, 4, 5);
    hash.wipe();
    expect([...hash.digest]).toEqual(new Array(8).fill(0));
  });
});
