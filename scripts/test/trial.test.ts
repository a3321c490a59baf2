import { afterEach, describe, expect, it } from "vitest";
import { activate } from "../mutation/observe.ts";
import type { Entry } from "../mutation/protocol.ts";
import { NothingLeft, Trial } from "../mutation/trial.ts";

afterEach(() => activate(0));

/** Repeats a test as the runner does; `passes` says how the test does with the active mutant, as the n-th run. */
function judge(mutants: readonly number[], passes: (mutant: number, run: number) => boolean): readonly string[] {
  const entries: Entry[] = [];
  const trial = new Trial(
    "t",
    mutants.map((mutant) => ({ mutant, limitMs: 1 })),
    (entry) => entries.push(entry),
  );
  for (let run = 0; run < trial.runs; run++) {
    try {
      trial.begin();
      trial.end(passes(Reflect.get(globalThis, "synodMutant"), run));
    } catch (error) {
      expect(error).toBeInstanceOf(NothingLeft);
      trial.end(false);
    }
  }
  return entries.map((entry) => (entry.kind === "verdict" ? `${entry.mutant} ${entry.verdict}` : entry.kind));
}

describe("Trial", () => {
  it("kills the mutants with which the test fails, and only those", () => {
    expect(judge([3, 5, 8], (mutant) => mutant !== 5)).toEqual([
      ...["begin", "3 survived"],
      ...["begin", "5 killed"],
      ...["begin", "8 survived"],
    ]);
  });

  it("decides nothing with a test that fails without a mutant", () => {
    expect(judge([3, 5], () => false)).toEqual(["3 undecided", "5 undecided"]);
  });

  it("does not count a mutant after which the test fails without it, nor those that come then", () => {
    const spoilt = (mutant: number, run: number): boolean => run === 0 || mutant === 3;
    expect(judge([3, 5, 8], spoilt)).toEqual(["begin", "3 survived", "begin", "5 undecided", "8 undecided"]);
  });
});
