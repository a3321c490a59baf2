import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addScalars,
  decodeScalar,
  encodeScalar,
  invertScalar,
  multiplyScalars,
  ORDER,
  randomScalar,
  reduce,
  reduceBytes32,
  reduceBytes64,
  subtractScalars,
  sumScalars,
  writeScalar,
} from "../../src/math/scalar.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const scalar = fc.bigInt({ min: 0n, max: ORDER - 1n });
const hex32 = (value: bigint) => value.toString(16).padStart(64, "0");
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

describe("encoding", () => {
  test("is 32 bytes big-endian and decodes to the same scalar", () => {
    fc.assert(
      fc.property(scalar, (s) => {
        expect(bytesToHex(encodeScalar(s))).toBe(hex32(s));
        expect(decodeScalar(encodeScalar(s))).toBe(s);
      }),
    );
  });

  test.each([ORDER, ORDER + 1n, 2n ** 256n - 1n])("%s is not canonical", (value) => {
    expect(decodeScalar(bytes(hex32(value)))).toBeUndefined();
  });

  test("q - 1 and 0 are canonical", () => {
    expect(decodeScalar(bytes(hex32(ORDER - 1n)))).toBe(ORDER - 1n);
    expect(decodeScalar(new Uint8Array(32))).toBe(0n);
  });

  test.each([0, 31, 33, 64])("%i bytes are not a scalar", (length) => {
    expect(decodeScalar(new Uint8Array(length))).toBeUndefined();
  });

  test("reads from the middle of a buffer", () => {
    const buffer = new Uint8Array(50);
    writeScalar(5n, buffer, 7);
    expect(buffer[38]).toBe(5);
    expect(decodeScalar(buffer.subarray(7, 39))).toBe(5n);
  });

  test.each([-1n, ORDER])("refuses to encode %s", (value) => {
    expect(() => encodeScalar(value)).toThrowError(expect.objectContaining({ code: "scalarOutOfRange" }));
  });
});

describe("arithmetic", () => {
  test("agrees with arithmetic on integers", () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        expect(addScalars(a, b)).toBe((a + b) % ORDER);
        expect(addScalars(subtractScalars(a, b), b)).toBe(a);
        expect(multiplyScalars(a, b)).toBe((a * b) % ORDER);
        expect(sumScalars([a, b, b])).toBe((a + 2n * b) % ORDER);
      }),
    );
  });

  test("reduces negative numbers into 0..q-1", () => {
    expect(reduce(-1n)).toBe(ORDER - 1n);
    expect(reduce(-ORDER)).toBe(0n);
  });

  test("inverts, but neither zero nor a number that is no scalar", () => {
    expect(multiplyScalars(invertScalar(7n), 7n)).toBe(1n);
    for (const none of [0n, -1n, ORDER, ORDER + 1n]) {
      expect(() => invertScalar(none)).toThrowError(expect.objectContaining({ code: "scalarOutOfRange" }));
    }
  });

  test("reduces hashes of 32 and 64 bytes", () => {
    const high = new Uint8Array(64).fill(0xff);
    expect(reduceBytes32(high.subarray(0, 32))).toBe((2n ** 256n - 1n) % ORDER);
    expect(reduceBytes64(high)).toBe((2n ** 512n - 1n) % ORDER);
    expect(() => reduceBytes32(high)).toThrowError(expect.objectContaining({ code: "invalidLength" }));
    expect(() => reduceBytes64(high.subarray(1))).toThrowError(expect.objectContaining({ code: "invalidLength" }));
  });
});

describe("randomScalar", () => {
  test(`is in range and fresh (seed ${TEST_SEED})`, () => {
    const rng = seededRng(`${TEST_SEED}/scalar`);
    const values = Array.from({ length: 100 }, () => randomScalar(rng));
    expect(new Set(values).size).toBe(100);
    expect(values.every((value) => value > 0n && value < ORDER)).toBe(true);
  });

  test("uses 48 bytes, so that the reduction does not bias the result", () => {
    const asked: number[] = [];
    const s = randomScalar((length) => {
      asked.push(length);
      return new Uint8Array(length).fill(0xff);
    });
    expect(asked).toEqual([48]);
    expect(s).toBe((2n ** 384n - 1n) % ORDER);
  });

  test("refuses a source of zeros and one of the wrong length", () => {
    const broken = expect.objectContaining({ code: "brokenRng" });
    expect(() => randomScalar((length) => new Uint8Array(length))).toThrowError(broken);
    expect(() => randomScalar((length) => new Uint8Array(length - 1).fill(1))).toThrowError(broken);
  });
});
