import { describe, expect, test } from "vitest";
import {
  assertLength,
  concat,
  equalBytes,
  splitEqual,
  splitFixed,
  u8,
  u16,
  u32,
  u64,
  u256,
  wipe,
} from "../../src/math/bytes.ts";

describe("integers", () => {
  test("are fixed-length and big-endian", () => {
    expect([...u8(5)]).toEqual([5]);
    expect([...u16(0x0102)]).toEqual([1, 2]);
    expect([...u32(0xff000001)]).toEqual([255, 0, 0, 1]);
    expect([...u64(0x0102n)]).toEqual([0, 0, 0, 0, 0, 0, 1, 2]);
    expect(u64(0x0102)).toEqual(u64(0x0102n));
    expect([...u256(2n ** 248n + 7n)]).toEqual([1, ...new Array(30).fill(0), 7]);
  });

  test.each<[string, () => Uint8Array]>([
    ["256 in one byte", () => u8(256)],
    ["-1", () => u16(-1)],
    ["1.5", () => u16(1.5)],
    ["2^32 in four bytes", () => u32(2 ** 32)],
    ["2^64 in eight bytes", () => u64(2n ** 64n)],
    ["an unsafe number", () => u64(2 ** 60)],
    ["half in eight bytes", () => u64(0.5)],
    ["2^256", () => u256(2n ** 256n)],
  ])("%s is refused", (_, encode) => {
    expect(encode).toThrowError(expect.objectContaining({ code: "integerOutOfRange" }));
  });
});

describe("byte strings", () => {
  test("concat copies", () => {
    const part = Uint8Array.of(1, 2);
    const joined = concat(part, new Uint8Array(0), Uint8Array.of(3));
    part[0] = 9;
    expect([...joined]).toEqual([1, 2, 3]);
  });

  test("equality looks at every byte and at the length", () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(3, 2))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 0), Uint8Array.of(1))).toBe(false);
    expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
  });

  test("wipe zeroes", () => {
    const [bytes, words] = [Uint8Array.of(1), Uint32Array.of(2)];
    wipe(bytes, words);
    expect([...bytes, ...words]).toEqual([0, 0]);
  });

  test("assertLength names what is wrong", () => {
    expect(() => assertLength(new Uint8Array(3), 4, "the seed")).toThrowError("the seed must have 4 bytes, has 3");
    expect(assertLength(new Uint8Array(4), 4, "the seed")).toBeUndefined();
  });

  test("splitFixed gives copies in order and takes no other length", () => {
    const source = Uint8Array.of(1, 2, 3);
    const fields = splitFixed(source, [1, 2]);
    source.fill(0);
    expect(fields).toEqual([Uint8Array.of(1), Uint8Array.of(2, 3)]);
    expect(splitFixed(new Uint8Array(2), [1, 2])).toBeUndefined();
    expect(splitFixed(new Uint8Array(4), [1, 2])).toBeUndefined();
  });

  test("splitEqual takes no other length", () => {
    expect(splitEqual(Uint8Array.of(1, 2, 3, 4), 2, 2)).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 4)]);
    expect(splitEqual(new Uint8Array(5), 2, 2)).toBeUndefined();
    expect(splitEqual(new Uint8Array(3), 2, 2)).toBeUndefined();
  });
});
