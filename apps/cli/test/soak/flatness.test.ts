import { describe, expect, it } from "vitest";
import { trendsOf, WARM_UP_MS } from "../../src/soak/flatness.ts";
import { sampleLife } from "./sample-run.ts";

const MEBIBYTE = 1_048_576;

describe("what a process holds", () => {
  it("is flat when it stays, whatever it was in the warm-up", () => {
    const life = sampleLife().map((sample) => (sample.atMs < WARM_UP_MS ? { ...sample, residentBytes: 1 } : sample));
    const trends = trendsOf(life);
    expect(trends.map(({ held, isFlat }) => [held, isFlat])).toEqual([
      ["residentBytes", true],
      ["heapBytes", true],
      ["timers", true],
      ["handles", true],
    ]);
    expect(trends[0]).toMatchObject({ memberIndex: 1, early: 200 * MEBIBYTE, late: 200 * MEBIBYTE });
  });

  it.each([
    ["residentBytes", (share: number) => ({ residentBytes: (200 + 100 * share) * MEBIBYTE })],
    ["heapBytes", (share: number) => ({ heapBytes: (60 + 60 * share) * MEBIBYTE })],
    ["timers", (share: number) => ({ timers: Math.round(20 + 40 * share) })],
    ["handles", (share: number) => ({ handles: Math.round(15 + 40 * share) })],
  ] as const)("grows in %s, and in nothing else", (held, changes) => {
    const grown = trendsOf(sampleLife(changes)).filter(({ isFlat }) => !isFlat);
    expect(grown.map((trend) => trend.held)).toEqual([held]);
  });

  it("is told of each process apart, and not of one that lived too short a time", () => {
    const life = sampleLife();
    const successor = life.map((sample) => ({ ...sample, pid: 42, residentBytes: 900 * MEBIBYTE }));
    expect(trendsOf([...life, ...successor]).every(({ isFlat }) => isFlat)).toBe(true);
    expect(trendsOf([...life, ...successor])).toHaveLength(8);
    expect(trendsOf(life.slice(0, 20))).toEqual([]);
  });
});
