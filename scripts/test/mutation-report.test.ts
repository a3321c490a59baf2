import { describe, expect, it } from "vitest";
import { findMutants } from "../mutation/mutants.ts";
import { findWitnesses, readRecording } from "../mutation/recording.ts";
import { type Judged, type Outcome, printTable, scoreOf, tabulate } from "../mutation/report.ts";
import { type Equivalent, isEquivalent, type Settings, staleEntries } from "../mutation/settings.ts";
import { SAW, sitesOf } from "../mutation/sites.ts";

describe("findWitnesses", () => {
  const mutants = findMutants("src/a/b.ts", "function f(a) { if (a > 3) return undefined; }").map((one, index) => ({
    ...one,
    file: "src/a/b.ts",
    id: index + 1,
  }));
  const sites = sitesOf(mutants, 0);
  const test = { kind: "test", name: "", file: "test/a.test.ts", passed: true } as const;
  const recording = readRecording([
    { ...test, test: "slow", ms: 9, seen: [[1, SAW.true | SAW.false]] },
    { ...test, test: "quick", ms: 2, seen: [[1, SAW.true]] },
    { ...test, test: "other", ms: 1, seen: [[1, SAW.false]] },
    { ...test, test: "at the bound", ms: 5, seen: [[1, SAW.false | SAW.equalOperands]] },
    { kind: "file", file: "test/a.test.ts", seen: [[1, SAW.equalOperands]] },
  ]);

  it("names the tests in which a mutant would have said something else, cheapest first", () => {
    const witnesses = [...findWitnesses(sites, recording)].map(([id, { tests, files }]) => [
      mutants[id - 1]?.replacement,
      tests.map((one) => one.test),
      files,
    ]);
    expect(witnesses).toEqual([
      ["false", ["quick", "slow"], []],
      [" >= ", ["at the bound"], ["test/a.test.ts"]],
    ]);
  });

  it("says which tests fail without a mutant", () => {
    const log = [{ ...test, test: "t", name: "holds", ms: 1, seen: [], passed: false }];
    expect(readRecording(log).failed).toEqual(["test/a.test.ts: holds"]);
  });
});

describe("tabulate", () => {
  function judged(file: string, outcome: Outcome): Judged {
    return { file, line: 1, text: "a", replacement: "false", outcome };
  }

  it("counts by area, and scores what can be killed", () => {
    const rows = tabulate([
      judged("src/sign/a.ts", "killed"),
      judged("src/sign/a.ts", "killed by time"),
      judged("src/sign/b.ts", "survived"),
      judged("src/math/b.ts", "equivalent"),
    ]);
    expect(rows).toEqual([
      { area: "math", mutants: 1, killed: 0, equivalent: 1, survived: 0 },
      { area: "sign", mutants: 3, killed: 2, equivalent: 0, survived: 1 },
      { area: "all", mutants: 4, killed: 2, equivalent: 1, survived: 1 },
    ]);
    expect(rows.map(scoreOf).map(Math.round)).toEqual([100, 67, 67]);
    expect(printTable(rows)).toContain("66.7 %");
  });
});

describe("an entry for equivalent mutants", () => {
  const source = "function f(a, b) {\n  if (a.is0()) return 1;\n  if (b > 0 || a.is0()) return 2;\n}";
  const mutants = findMutants("src/a.ts", source).map((mutant) => ({ ...mutant, file: "src/a.ts", source }));
  const of = (entry: Partial<Equivalent>): Settings => ({
    files: [],
    slow: [],
    equivalent: [{ file: "src/a.ts", texts: ["a.is0()"], reason: "", ...entry }],
  });

  it.each<[readonly number[], Partial<Equivalent>]>([
    [[2, 3], {}],
    [[3], { line: "b > 0" }],
    [[2, 3], { replacement: "false" }],
    [[], { replacement: "true" }],
    [[], { file: "src/b.ts" }],
    [[3], { texts: ["b > 0", ">"], replacement: ">=" }],
  ])("means the mutants of lines %j: %o", (lines, entry) => {
    expect(mutants.filter((mutant) => isEquivalent(of(entry), mutant)).map(({ line }) => line)).toEqual(lines);
  });

  it("is stale for each text that no mutant has", () => {
    expect(staleEntries(of({}), mutants)).toEqual([]);
    const stale = staleEntries(of({ texts: ["a.is0()", "c"] }), mutants);
    expect(stale).toEqual(['packages/tss/mutation.json: no mutant "c" in src/a.ts']);
    expect(staleEntries(of({ line: "c" }), mutants)).toHaveLength(1);
  });
});
