import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fraction, hash32, integerBelow, printSeed, seededRng } from "../src/index.ts";

describe("seeded rng", () => {
  it("is SHA-256 over the seed and a counter, read as one stream", () => {
    const block = (counter: number) => createHash("sha256").update(`seed/${counter}`).digest();
    const stream = Buffer.concat([block(0), block(1), block(2)]);
    const rng = seededRng("seed");
    const parts = [rng(5), rng(0), rng(40), rng(51)];
    expect(Buffer.concat(parts)).toStrictEqual(stream);
  });

  it("repeats itself for one seed and differs for another", () => {
    expect(seededRng("a")(64)).toStrictEqual(seededRng("a")(64));
    expect(seededRng("a")(64)).not.toStrictEqual(seededRng("b")(64));
  });

  it("hands out bytes of their own", () => {
    const rng = seededRng("a");
    rng(8).fill(0);
    const [, second] = [seededRng("a")(8), rng(8)];
    expect(second).toStrictEqual(seededRng("a")(16).slice(8));
  });

  it("gives fractions, integers and hashes in their ranges, all of them", () => {
    const rng = seededRng("ranges");
    const fractions = Array.from({ length: 1000 }, () => fraction(rng));
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...fractions)).toBeLessThan(1);
    const dice = Array.from({ length: 1000 }, () => integerBelow(rng, 6));
    expect(new Set(dice)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(hash32(rng)).toMatch(/^0x[0-9a-f]{64}$/);
  });
});

describe("printed seed", () => {
  it("is the one that was asked for, else a new one each time", () => {
    const before = process.env.SYNOD_TEST_SEED;
    try {
      process.env.SYNOD_TEST_SEED = "given";
      expect(printSeed("test")).toBe("given");
      process.env.SYNOD_TEST_SEED = "";
      expect(printSeed("test")).toMatch(/^[0-9a-f]{16}$/);
      expect(printSeed("test")).not.toBe(printSeed("test"));
    } finally {
      if (before === undefined) delete process.env.SYNOD_TEST_SEED;
      else process.env.SYNOD_TEST_SEED = before;
    }
  });
});
