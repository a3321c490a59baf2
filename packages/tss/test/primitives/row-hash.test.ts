import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeWords, wordsFromEncoded } from "../../src/math/scalar-words.ts";
import { hashRows } from "../../src/primitives/row-hash.ts";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const row = fc.uint8Array({ minLength: 20, maxLength: 20 });

function digests(k: Uint8Array, rows: readonly Uint8Array[]): Uint8Array {
  const words = hashRows(k, wordsFromEncoded(concatBytes(...rows)));
  const bytes = new Uint8Array(4 * words.length);
  encodeWords(words, bytes);
  return bytes;
}

describe("row hash", () => {
  test("is SHA-256 of the key and each row", () => {
    fc.assert(
      fc.property(key, fc.array(row, { maxLength: 9 }), (k, rows) => {
        expect(digests(k, rows)).toEqual(concatBytes(...rows.map((r) => sha256(concatBytes(k, r)))));
      }),
      { numRuns: 200 },
    );
  });

  test("reads the key from the middle of a buffer too", () => {
    const buffer = new Uint8Array(40).fill(1, 8);
    expect(digests(buffer.subarray(8), [new Uint8Array(20)])).toEqual(
      sha256(concatBytes(new Uint8Array(32).fill(1), new Uint8Array(20))),
    );
  });

  test("takes a key of 32 bytes only", () => {
    expect(() => hashRows(new Uint8Array(31), new Int32Array(5))).toThrowError(
      expect.objectContaining({ code: "invalidLength" }),
    );
  });
});
