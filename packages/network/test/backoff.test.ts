import { printSeed, seededRng } from "@synod/testing";
import { describe, expect, it } from "vitest";
import { backoffMs } from "../src/backoff.ts";

const BOUNDS = { firstMs: 100, maxMs: 3000 };
const constant = (byte: number) => (length: number) => new Uint8Array(length).fill(byte);

describe("backoff", () => {
  it("doubles up to the maximum and stays there", () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 1000].map((attempt) => backoffMs(attempt, BOUNDS, constant(0)));
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3000, 3000, 3000]);
  });

  it("takes a random part of up to half off", () => {
    expect(backoffMs(1, BOUNDS, constant(0xff))).toBe(100);
    const rng = seededRng(printSeed("backoff"));
    const waits = Array.from({ length: 200 }, () => backoffMs(4, BOUNDS, rng));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1600);
    expect(new Set(waits).size).toBeGreaterThan(50);
  });
});
