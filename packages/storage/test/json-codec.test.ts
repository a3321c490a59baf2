import { printSeed, seededRng, thrownCode, thrownFailure } from "@synod/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createJsonCodec } from "../src/index.ts";

const codec = createJsonCodec<unknown>({ parse: (value) => value });
const seed = new DataView(seededRng(printSeed("json codec"))(4).buffer).getInt32(0);

const storable = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("$", "$bigint", "$bytes", "$$", "__proto__")), tie("value"), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).value;

describe("json codec", () => {
  it("gives back whatever it can write, and writes the same text again", () => {
    fc.assert(
      fc.property(storable, (value) => {
        const text = codec.encode(value);
        expect(text).not.toContain("\n");
        expect(codec.decode(text)).toStrictEqual(value);
        expect(codec.encode(codec.decode(text))).toBe(text);
      }),
      { seed, numRuns: 500 },
    );
  });

  it("keeps its format: this line must be readable for ever", () => {
    const event = { kind: "Claimed", epoch: 3n, digest: new Uint8Array([1, 255]), $note: [null, true, 1.5, "é"] };
    const line =
      '[1,{"kind":"Claimed","epoch":{"$bigint":"3"},"digest":{"$bytes":"01ff"},"$$note":[null,true,1.5,"é"]}]';
    expect(codec.encode(event)).toBe(line);
    expect(codec.decode(line)).toStrictEqual(event);
  });

  it("leaves out a property that is undefined", () => {
    expect(codec.decode(codec.encode({ a: 1, b: undefined }))).toStrictEqual({ a: 1 });
  });

  it.each([
    ["a number that is not finite", { deep: [Number.NaN] }, "$.deep[0]"],
    ["undefined in a list", [undefined], "$[0]"],
    ["a function", { f: () => 0 }, "$.f"],
    ["a map", { m: new Map() }, "$.m"],
    ["a date", { d: new Date(0) }, "$.d"],
    ["a symbol", Symbol("s"), "$"],
  ])("refuses %s and names its place", (_, value, path) => {
    expect(thrownFailure(() => codec.encode(value))).toMatchObject({ code: "VALUE_UNSUPPORTED", path });
  });

  it.each([
    ["no JSON", "{"],
    ["no version", '{"kind":"x"}'],
    ["a later version", '[2,{"kind":"x"}]'],
    ["an unknown tag", '[1,{"$date":"0"}]'],
    ["a bigint with leading zeros", '[1,{"$bigint":"007"}]'],
    ["a bigint in hex", '[1,{"$bigint":"0x10"}]'],
    ["bytes of half a digit pair", '[1,{"$bytes":"abc"}]'],
    ["bytes in upper case", '[1,{"$bytes":"AB"}]'],
    ["a tag beside other keys", '[1,{"$bigint":"1","a":2}]'],
  ])("refuses to read %s", (_, text) => {
    expect(thrownCode(() => codec.decode(text))).toBe("TEXT_MALFORMED");
  });
});
