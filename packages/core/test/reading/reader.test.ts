import { describe, expect, it } from "vitest";
import { CoreError } from "../../src/index.ts";
import {
  address,
  count,
  flag,
  hex,
  list,
  natural,
  object,
  oneOf,
  optional,
  type Reader,
  text,
} from "../../src/reading/reader.ts";
import { TOKEN } from "../builders.ts";

function pathOf(read: Reader<unknown>, value: unknown): string | undefined {
  try {
    read(value, "x");
  } catch (error) {
    if (error instanceof CoreError && error.failure.code === "INPUT_INVALID") return error.failure.path;
    throw error;
  }
  return undefined;
}

describe("readers take", () => {
  it.each([
    [text, "", ""],
    [flag, false, false],
    [count, 0, 0],
    [count, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [natural, 0n, 0n],
    [hex(), "0x", "0x"],
    [hex(2), "0xABcd", "0xabcd"],
    [address, TOKEN.toLowerCase(), TOKEN],
    [oneOf("a", "b"), "b", "b"],
    [list(count, 2), [1, 2], [1, 2]],
    [optional(count), undefined, undefined],
    [object({ a: count, b: optional(text) }), { a: 1 }, { a: 1 }],
    [object({ a: count, b: optional(text) }), { a: 1, b: "x" }, { a: 1, b: "x" }],
  ] as const satisfies readonly (readonly [Reader<unknown>, unknown, unknown])[])(
    "%# as it is meant",
    (read, value, result) => {
      expect(read(value, "x")).toEqual(result);
    },
  );
});

describe("readers refuse", () => {
  it.each([
    [text, 1, "x"],
    [flag, "true", "x"],
    [count, -1, "x"],
    [count, 1.5, "x"],
    [count, 2 ** 53, "x"],
    [natural, -1n, "x"],
    [natural, 1, "x"],
    [hex(), "0x1", "x"],
    [hex(), "12", "x"],
    [hex(2), "0x12", "x"],
    [address, `${TOKEN}00`, "x"],
    [oneOf("a", "b"), "c", "x"],
    [list(count), { 0: 1 }, "x"],
    [list(count), [1, "2"], "x[1]"],
    [list(count, 2), [1, 2, 3], "x.length"],
    [object({ a: count }), null, "x"],
    [object({ a: count }), [], "x"],
    [object({ a: count }), {}, "x.a"],
    [object({ a: count }), { a: 1, b: 2 }, "x.b"],
    [object({ a: list(object({ b: flag })) }), { a: [{ b: true }, { b: 1 }] }, "x.a[1].b"],
  ] as const satisfies readonly (readonly [Reader<unknown>, unknown, string])[])(
    "%# at its path",
    (read, value, path) => {
      expect(pathOf(read, value)).toBe(path);
    },
  );

  it("properties that only a prototype has", () => {
    expect(pathOf(object({ a: count }), JSON.parse('{"a":1,"__proto__":{"b":2}}'))).toBe("x.__proto__");
    expect(pathOf(object({ toString: count }), {})).toBe("x.toString");
  });

  it("and show bigints and long values shortly", () => {
    expect(() => text({ wei: 5n }, "x")).toThrow('x is {"wei":"5"}: give a text');
    expect(() => count("y".repeat(500), "x")).toThrow(/^x is "y{79}…: give a whole number, 0 or more$/);
  });
});
