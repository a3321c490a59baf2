import { describe, expect, it } from "vitest";
import { type Court, judge } from "../mutation/judge.ts";
import type { Entry, Plan, Verdict } from "../mutation/protocol.ts";
import type { RecordedTest, Witnesses } from "../mutation/recording.ts";

/** Tests with their cost; each in a file of its own name. */
const TESTS: readonly RecordedTest[] = [
  ["quick", 1],
  ["slow", 10],
  ["slower", 20],
  ["endless", 1e9],
].map(([test, ms]) => ({ test: `${test}`, name: `${test}`, file: `${test}.test.ts`, ms: Number(ms), seen: [] }));

type Behaviour = {
  /** How a test does with a mutant in a warm process; it survives what is not listed. `late`: it never ends. */
  readonly warm?: Readonly<Record<string, Verdict | "late">>;
  /** Mutants with which the tests fail in a process of its own (0: without one), or never end. */
  readonly fresh?: Readonly<Record<number, "failed" | "stopped">>;
  readonly witnesses: Readonly<Record<number, readonly string[]>>;
  /** Mutants that matter when a file is loaded. */
  readonly loaded?: Readonly<Record<number, readonly string[]>>;
};

/** What was decided, and in which order tests were run: `test mutant`, or `fresh mutant files`. */
async function decide({ warm = {}, fresh = {}, witnesses, loaded = {} }: Behaviour) {
  const ran: string[] = [];
  const outcomes: Record<number, string> = {};
  const warmLog = (jobs: Extract<Plan, { kind: "judge" }>["jobs"]): readonly Entry[] => {
    const log: Entry[] = [];
    for (const [test, list] of Object.entries(jobs)) {
      for (const { mutant, limitMs } of list) {
        ran.push(`${test} ${mutant}`);
        log.push({ kind: "begin", test, mutant, at: 0, limitMs });
        const verdict = warm[`${test} ${mutant}`] ?? "survived";
        if (verdict === "late") return log;
        log.push({ kind: "verdict", test, mutant, verdict });
      }
    }
    return log;
  };
  const run: Court["run"] = async (_folder, plan, files) => {
    if (plan.kind === "judge") return { outcome: "failed", log: warmLog(plan.jobs) };
    const active = plan.kind === "fresh" ? plan.mutant : -1;
    ran.push(`fresh ${active} ${files.join(" ")}`);
    return { outcome: fresh[active] ?? "passed", log: [] };
  };
  const ids = [...new Set([...Object.keys(witnesses), ...Object.keys(loaded)].map(Number))];
  const witnessesOf = (id: number): Witnesses => ({
    tests: TESTS.filter(({ test }) => witnesses[id]?.includes(test)),
    files: loaded[id] ?? [],
  });
  await judge(
    {
      folder: "",
      recording: { tests: TESTS, files: TESTS.map(({ file, ms }) => ({ file, ms, seen: [] })), failed: [] },
      witnesses: new Map(ids.map((id) => [id, witnessesOf(id)])),
      run,
      decide: (mutant, outcome) => {
        outcomes[mutant] = outcome;
      },
    },
    ids,
  );
  return { ran, outcomes };
}

describe("judge", () => {
  it("lets a mutant live that no test could see, without running one", async () => {
    expect(await decide({ witnesses: { 1: [] } })).toEqual({ ran: [], outcomes: { 1: "survived" } });
  });

  it("asks the cheapest witness first, and nobody after a kill", async () => {
    const warm = { "quick 1": "killed" } as const;
    const { ran, outcomes } = await decide({ warm, witnesses: { 1: ["slow", "quick"] } });
    expect(outcomes).toEqual({ 1: "killed" });
    expect(ran).toEqual(["quick 1"]);
  });

  it("asks the others when the cheapest sees nothing, and then all again in a new process", async () => {
    const warm = { "slow 1": "killed" } as const;
    const { ran, outcomes } = await decide({ warm, witnesses: { 1: ["quick", "slow"], 2: ["quick", "slow"] } });
    expect(outcomes).toEqual({ 1: "killed", 2: "survived" });
    expect(ran).toEqual(["quick 1", "quick 2", "slow 1", "slow 2", "fresh 2 quick.test.ts slow.test.ts"]);
  });

  it("counts a failure in a new process only if there is none without the mutant", async () => {
    const witnesses = { 1: ["quick"] };
    expect((await decide({ fresh: { 1: "failed" }, witnesses })).outcomes).toEqual({ 1: "killed" });
    expect((await decide({ fresh: { 0: "failed", 1: "failed" }, witnesses })).outcomes).toEqual({ 1: "survived" });
  });

  it("does not take a test's word that fails without a mutant", async () => {
    const { outcomes } = await decide({ warm: { "quick 1": "undecided" }, witnesses: { 1: ["quick"] } });
    expect(outcomes).toEqual({ 1: "survived" });
  });

  it("goes on after a test that does not end, and gives that mutant a process of its own", async () => {
    const { ran, outcomes } = await decide({
      warm: { "quick 1": "late", "quick 2": "killed" },
      fresh: { 1: "stopped" },
      witnesses: { 1: ["quick", "slow"], 2: ["quick"] },
    });
    expect(outcomes).toEqual({ 1: "killed by time", 2: "killed" });
    expect(ran).toEqual(["quick 1", "quick 2", "fresh 1 quick.test.ts slow.test.ts"]);
  });

  it("runs the whole file for a mutant that matters when it is loaded", async () => {
    const { ran, outcomes } = await decide({
      fresh: { 1: "failed" },
      witnesses: {},
      loaded: { 1: ["slow.test.ts"] },
    });
    expect(outcomes).toEqual({ 1: "killed" });
    expect(ran).toEqual(["fresh 1 slow.test.ts", "fresh 0 slow.test.ts"]);
  });

  it("does not ask tests that take too long together, except for the only one", async () => {
    const { ran } = await decide({ witnesses: { 1: ["quick", "endless"], 2: ["endless"] } });
    expect(ran.filter((one) => one.startsWith("endless"))).toEqual(["endless 2"]);
  });
});
