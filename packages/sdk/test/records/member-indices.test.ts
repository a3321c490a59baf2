import { describe, expect, it } from "vitest";
import { memberIndicesOf } from "../../src/index.ts";

describe("memberIndicesOf", () => {
  it.each([
    [0n, []],
    [0b1011n, [0, 1, 3]],
    [1n << 63n, [63]],
    [(1n << 64n) | 1n, [0]],
  ])("reads the members out of bitmap %s", (bitmap, members) => {
    expect(memberIndicesOf(bitmap)).toEqual(members);
  });
});
