import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ORDER } from "../../src/math/scalar.ts";
import { encodeTranscript, H, hashToScalar } from "../../src/transcript/hash.ts";

const parts = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 5 });

describe("the encoding that is hashed", () => {
  test("is total, tag and parts, each with its length", () => {
    const encoded = encodeTranscript("ss/u", [hexToBytes("aabb"), new Uint8Array(0)]);
    expect(bytesToHex(encoded)).toBe(
      `${"0000000000000012"}${"00000004"}${bytesToHex(utf8ToBytes("ss/u"))}${"00000002"}aabb${"00000000"}`,
    );
  });

  test("is injective: different tags or part lists never give the same bytes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("zero", "zero/seed"),
        parts,
        fc.constantFrom("zero", "zero/seed"),
        parts,
        (s, a, t, b) => {
          const same =
            s === t && a.length === b.length && a.every((part, i) => bytesToHex(part) === bytesToHex(b[i] ?? part));
          const equal = bytesToHex(encodeTranscript(s, a)) === bytesToHex(encodeTranscript(t, b));
          expect(equal).toBe(same);
        },
      ),
    );
  });

  test("is injective for parts that were cut elsewhere or hold delimiters", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (bytes, first, second) => {
        const [i, j] = [first % (bytes.length + 1), second % (bytes.length + 1)];
        fc.pre(i !== j);
        const cut = (at: number) => encodeTranscript("sid", [bytes.slice(0, at), bytes.slice(at)]);
        expect(bytesToHex(cut(i))).not.toBe(bytesToHex(cut(j)));
      }),
    );
  });

  test("is prefix-free: no encoding begins another", () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [short, long] = [encodeTranscript("sid", a), encodeTranscript("sid", b)];
        fc.pre(short.length < long.length);
        expect(bytesToHex(long).startsWith(bytesToHex(short))).toBe(false);
      }),
    );
  });
});

describe("H", () => {
  test("is SHA-256 of the encoding", () => {
    const part = hexToBytes("0102");
    expect(H("sid", part)).toEqual(sha256(encodeTranscript("sid", [part])));
  });

  test("leaves its arguments alone", () => {
    const part = hexToBytes("0102");
    H("sid", part);
    expect(part).toEqual(hexToBytes("0102"));
  });

  test("keeps its value for ever", () => {
    expect(bytesToHex(H("sid", hexToBytes("00ff"), new Uint8Array(0)))).toBe(
      "20c26de9507b25674c6d1a54f0d76a0cf9b12c6ffc5586259f1932ae83c9ce7c",
    );
  });
});

describe("hashToScalar", () => {
  test("is the 64 bytes under tag/0 and tag/1 reduced", () => {
    const part = hexToBytes("0a0b0c");
    const wide = concatBytes(
      sha256(encodeTranscript("rerand/0", [part])),
      sha256(encodeTranscript("rerand/1", [part])),
    );
    expect(hashToScalar("rerand", part)).toBe(BigInt(`0x${bytesToHex(wide)}`) % ORDER);
  });

  test("depends on the tag and on every part", () => {
    const [a, b] = [hexToBytes("0a"), hexToBytes("0b")];
    const values = [hashToScalar("rerand", a, b), hashToScalar("zero", a, b), hashToScalar("rerand", b, a)];
    expect(new Set(values).size).toBe(3);
  });
});
