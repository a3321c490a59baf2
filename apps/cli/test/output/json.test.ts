import { describe, expect, it } from "vitest";
import { toJson } from "../../src/output/json.ts";

describe("toJson", () => {
  it("writes bigints as decimal strings, which keep every digit", () => {
    expect(toJson({ value: 2n ** 64n, list: [1n], flag: true }, 0)).toBe(
      '{"value":"18446744073709551616","list":["1"],"flag":true}',
    );
  });
});
