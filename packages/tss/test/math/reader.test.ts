import { describe, expect, test } from "vitest";
import { concat, u8, u16, u32, u64, u256 } from "../../src/math/bytes.ts";
import { encodePoint, GENERATOR } from "../../src/math/point.ts";
import { createReader } from "../../src/math/reader.ts";
import { encodeScalar, ORDER } from "../../src/math/scalar.ts";

describe("reader", () => {
  test("reads what was written, from the middle of a buffer too", () => {
    const layout = concat(u8(7), u16(8), u32(9), u64(10n), encodeScalar(11n), encodePoint(GENERATOR), u8(1));
    const reader = createReader(concat(u8(0), layout).subarray(1));
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u64(), reader.scalar()]).toEqual([7, 8, 9, 10n, 11n]);
    expect(reader.point()?.equals(GENERATOR)).toBe(true);
    expect(reader.isComplete()).toBe(false);
    expect(reader.bytes(1)).toEqual(Uint8Array.of(1));
    expect(reader.isComplete()).toBe(true);
  });

  test("fails for good once it runs out", () => {
    const reader = createReader(Uint8Array.of(1, 2));
    expect(reader.u32()).toBeUndefined();
    expect(reader.u8()).toBeUndefined();
    expect(reader.isComplete()).toBe(false);
  });

  test.each([-1, 1.5, Number.MAX_SAFE_INTEGER])("refuses to read %s bytes", (length) => {
    expect(createReader(new Uint8Array(4)).bytes(length)).toBeUndefined();
  });

  test("reads no bytes, which is no failure, also at the end", () => {
    const reader = createReader(new Uint8Array(0));
    expect(reader.bytes(0)).toEqual(new Uint8Array(0));
    expect(reader.isComplete()).toBe(true);
  });

  test("fails on a scalar that is not canonical and a point that is none", () => {
    const scalar = createReader(u256(ORDER));
    expect(scalar.scalar()).toBeUndefined();
    expect(scalar.isComplete()).toBe(false);
    const point = createReader(new Uint8Array(33));
    expect(point.point()).toBeUndefined();
    expect(point.isComplete()).toBe(false);
  });

  test("gives copies", () => {
    const source = Uint8Array.of(5);
    const read = createReader(source).bytes(1);
    source[0] = 0;
    expect(read).toEqual(Uint8Array.of(5));
  });
});
