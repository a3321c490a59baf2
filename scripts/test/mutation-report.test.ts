import { describe, expect, it } from "vitest";
import { findMutants } from "../mutation/mutants.ts";
import { findWitnesses, readRecording } from "../mutation/recording.ts";
import { type Judged, type Outcome, printTable, scoreOf, tabulate } from "../mutation/report.ts";
import { isEquivalent } from "../mutation/settings.ts";
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

describe("isEquivalent", () => {
  const [mutant] = findMutants("a.ts", "function f(a) { if (a.is0()) return undefined; }");
  const placed = mutant && { ...mutant, file: "src/a.ts" };

  it.each([
    [true, { file: "src/a.ts", text: "a.is0()" }],
    [true, { file: "src/a.ts", text: "a.is0()", replacement: "false" }],
    [false, { file: "src/a.ts", text: "a.is0()", replacement: "true" }],
    [false, { file: "src/b.ts", text: "a.is0()" }],
    [false, { file: "src/a.ts", text: "b.is0()" }],
  ])("is %s for an entry %o", (expected, entry) => {
    const settings = { files: [], slow: [], equivalent: [{ ...entry, reason: "" }] };
    expect(placed && isEquivalent(settings, placed)).toBe(expected);
  });
});
