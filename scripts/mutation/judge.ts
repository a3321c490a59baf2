/*
 * Tries mutants with the tests that could notice them. First in warm processes, where a test is run with one mutant
 * after another: the first witness of each mutant, then a few more, then the rest. What lives on, what did not end,
 * and what already matters when a file is loaded, is tried again in a process of its own, so that nothing computed
 * before hides it.
 */
import { join } from "node:path";
import type { Entry, Job } from "./protocol.ts";
import type { RecordedTest, Recording, Witnesses } from "./recording.ts";
import type { Outcome } from "./report.ts";
import type { runPlan } from "./run-tests.ts";

/** The next so many witnesses of a mutant in each pass. */
const PASSES = [1, 4, 16, Number.POSITIVE_INFINITY];
/** Processor time that a mutant's witnesses may take together, without a mutant. */
const BUDGET_MS = 20_000;
/** A test that never ends is given up after so long by the clock, and so many times its processor time. */
const LIMIT_MS = 15_000;
const LIMIT_FACTOR = 20;
/** For the start of processes besides. */
const START_MS = 45_000;

/** What judging needs: the copy with its switched sources, the run without mutants, and where outcomes go. */
export type Court = {
  readonly folder: string;
  readonly recording: Recording;
  readonly witnesses: ReadonlyMap<number, Witnesses>;
  readonly run: typeof runPlan;
  /** Told once of every mutant that is decided, and the name of the test that decided it. */
  readonly decide: (mutant: number, outcome: Outcome, by?: string) => void;
};

type Pairs = ReadonlyMap<number, readonly RecordedTest[]>;

/** Decides every mutant. */
export async function judge(court: Court, mutants: readonly number[]): Promise<void> {
  const open = new Set(mutants);
  const decided: Court = {
    ...court,
    decide: (mutant, outcome, by) => {
      if (open.delete(mutant)) court.decide(mutant, outcome, by);
    },
  };
  for (const mutant of mutants.filter((one) => !hasWitness(court, one))) decided.decide(mutant, "survived");
  const late = new Set<number>();
  let from = 0;
  for (const size of PASSES) {
    const pairs = [...open]
      .filter((mutant) => !late.has(mutant))
      .map((mutant) => [mutant, affordable(testsOf(court, mutant)).slice(from, from + size)] as const);
    for (const mutant of await tryWarm(decided, new Map(pairs))) late.add(mutant);
    from += size;
  }
  for (const mutant of [...open]) await tryFresh(decided, mutant);
}

function testsOf({ witnesses }: Court, mutant: number): readonly RecordedTest[] {
  return witnesses.get(mutant)?.tests ?? [];
}

function hasWitness({ witnesses }: Court, mutant: number): boolean {
  const { tests, files } = witnesses.get(mutant) ?? { tests: [], files: [] };
  return tests.length + files.length > 0;
}

/** The first of the list that together fit the budget; always the first one. */
function affordable<T extends { readonly ms: number }>(tests: readonly T[]): readonly T[] {
  let sum = 0;
  return tests.filter(({ ms }, index) => {
    sum += ms;
    return index === 0 || sum <= BUDGET_MS;
  });
}

/** Tries mutants with tests in warm processes. Returns the mutants with which a test did not end. */
async function tryWarm(court: Court, pairs: Pairs): Promise<readonly number[]> {
  const late: number[] = [];
  let left = pairs;
  for (;;) {
    const files = new Set([...left.values()].flat().map(({ file }) => file));
    if (files.size === 0) return late;
    const log = join(court.folder, "judge.log");
    const jobs = jobsOf(left);
    const { log: entries } = await court.run(court.folder, { kind: "judge", log, jobs }, [...files], (_, read) => {
      const sofar = read();
      settle(court, sofar);
      return isOverdue(sofar.at(-1));
    });
    settle(court, entries);
    const last = entries.at(-1);
    // A worker that died counts like one that was ended.
    if (last?.kind !== "begin") return late;
    late.push(last.mutant);
    left = without(left, entries, new Set(late));
  }
}

function jobsOf(pairs: Pairs): Readonly<Record<string, readonly Job[]>> {
  const all = [...pairs].flatMap(([mutant, tests]) =>
    tests.map(({ test, ms }) => ({ test, job: { mutant, limitMs: LIMIT_MS + LIMIT_FACTOR * ms } })),
  );
  const byTest = Map.groupBy(all, ({ test }) => test);
  return Object.fromEntries([...byTest].map(([test, group]) => [test, group.map(({ job }) => job)]));
}

function settle(court: Court, entries: readonly Entry[]): void {
  for (const entry of entries) {
    if (entry.kind !== "verdict" || entry.verdict !== "killed") continue;
    court.decide(entry.mutant, "killed", nameOf(court, entry.test));
  }
}

function nameOf({ recording }: Court, id: string): string {
  const found = recording.tests.find(({ test }) => test === id);
  return found === undefined ? id : `${found.file}: ${found.name}`;
}

function isOverdue(last: Entry | undefined): boolean {
  return last?.kind === "begin" && Date.now() - last.at > last.limitMs;
}

function without(pairs: Pairs, entries: readonly Entry[], late: ReadonlySet<number>): Pairs {
  const verdicts = entries.filter((entry) => entry.kind === "verdict");
  const killed = new Set(verdicts.filter(({ verdict }) => verdict === "killed").map(({ mutant }) => mutant));
  const done = new Set(verdicts.map(({ mutant, test }) => `${mutant} ${test}`));
  return new Map(
    [...pairs]
      .filter(([mutant]) => !late.has(mutant) && !killed.has(mutant))
      .map(([mutant, tests]) => [mutant, tests.filter(({ test }) => !done.has(`${mutant} ${test}`))]),
  );
}

/** Tries one mutant in a new process, active from the start. A failure counts if the same run passes without it. */
async function tryFresh(court: Court, mutant: number): Promise<void> {
  const files: readonly string[] = court.witnesses.get(mutant)?.files ?? [];
  const whole = affordable(court.recording.files.filter(({ file }) => files.includes(file)));
  const single = affordable(testsOf(court, mutant)).filter((one) => whole.every(({ file }) => file !== one.file));
  const all = [...new Set([...whole, ...single].map(({ file }) => file))];
  const limit = START_MS + LIMIT_FACTOR * [...whole, ...single].reduce((sum, { ms }) => sum + ms, 0);
  const byFile = [...Map.groupBy(single, ({ file }) => file)];
  const only = Object.fromEntries(byFile.map(([file, tests]) => [file, tests.map(({ test }) => test)]));
  const run = async (active: number) => {
    const log = join(court.folder, "fresh.log");
    const plan = { kind: "fresh", log, mutant: active, only } as const;
    return (await court.run(court.folder, plan, all, (ms) => ms > limit, ["--bail=1"])).outcome;
  };
  const outcome = await run(mutant);
  if (outcome === "stopped") return court.decide(mutant, "killed by time", all.join(", "));
  const isKilled = outcome === "failed" && (await run(0)) === "passed";
  court.decide(mutant, isKilled ? "killed" : "survived", isKilled ? all.join(", ") : undefined);
}
