import { describe, expect, it } from "vitest";
import { judgeTiming, LIMITS, welchT } from "../../bench/timing-statistics.ts";
import { must } from "../harness/committee.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const rng = seededRng(`${TEST_SEED}/timing`);

/** Sum of twelve uniform values: close to a normal one with the given mean and a deviation of 1. */
function noise(mean: number): number {
  return mean + [...rng(12)].reduce((sum, byte) => sum + (byte + 0.5) / 256, 0) - 6;
}

function sample(count: number, mean: number): readonly number[] {
  return Array.from({ length: count }, () => noise(mean));
}

describe("Welch's t", () => {
  it("is what the formula gives for a small example", () => {
    // Means 3 and 6, variances 2.5 and 10, five values each: (3 - 6) / sqrt(0.5 + 2).
    expect(welchT([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])).toBeCloseTo(-3 / Math.sqrt(2.5), 12);
  });

  it("changes its sign with the order of the classes", () => {
    const [a, b] = [sample(50, 10), sample(70, 11)];
    expect(welchT(a, b)).toBeCloseTo(-welchT(b, a), 12);
  });

  it("says nothing about too few values, and everything about constants that differ", () => {
    expect(welchT([1], [2, 3])).toBe(0);
    expect(welchT([4, 4], [4, 4])).toBe(0);
    expect(welchT([5, 5], [4, 4])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the verdict on two classes", () => {
  it("is `same` for one distribution", () => {
    const verdict = judgeTiming({ fixed: sample(2_000, 100), random: sample(2_000, 100) });
    expect(verdict.kind).toBe("same");
    expect(verdict.t).toBeLessThan(LIMITS.suspect);
  });

  it("is `distinct` for a shift of half a deviation, and says how large and which way it is", () => {
    const verdict = judgeTiming({ fixed: sample(2_000, 100), random: sample(2_000, 100.5) });
    expect(verdict.kind).toBe("distinct");
    expect(verdict.difference).toBeGreaterThan(0.002);
    expect(verdict.difference).toBeLessThan(0.008);
    expect(judgeTiming({ fixed: sample(2_000, 100.5), random: sample(2_000, 100) }).difference).toBeLessThan(0);
  });

  it("is `suspect` in between", () => {
    // Four values of each class, far apart but few: |t| is between the two limits.
    const verdict = judgeTiming({ fixed: [1, 2, 3, 4], random: [5.5, 6.5, 7.5, 8.5] });
    expect(verdict.t).toBeCloseTo(4.5 / Math.sqrt(5 / 6), 12);
    expect(verdict.kind).toBe("suspect");
  });

  it("sees through interrupts that only add time", () => {
    const disturbed = (values: readonly number[]): readonly number[] =>
      values.map((value) => (must(rng(1)[0]) < 13 ? value + 10_000 : value));
    const samples = { fixed: disturbed(sample(2_000, 100)), random: disturbed(sample(2_000, 100.5)) };
    expect(Math.abs(welchT(samples.fixed, samples.random))).toBeLessThan(LIMITS.distinct);
    expect(judgeTiming(samples).kind).toBe("distinct");
  });
});
