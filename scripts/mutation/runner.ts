// The test runner inside the workers: vitest's own, which repeats each test once per mutant and writes down how it went.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { type RunnerTestCase, type RunnerTestFile, TestRunner, type TestTryOptions } from "vitest";
import { activate, observe } from "./observe.ts";
import { append, type Job, PLAN_VARIABLE, type Plan, readLog, type Seen } from "./protocol.ts";
import { Trial } from "./trial.ts";

const plan = JSON.parse(readFileSync(process.env[PLAN_VARIABLE] ?? "", "utf8")) as Plan;
// Before any source is loaded: constants of a module are computed with the mutant too.
activate(plan.kind === "fresh" ? plan.mutant : 0);
const take = plan.kind === "record" ? observe(plan.sites) : () => [];

function nameOf(test: RunnerTestCase): string {
  const above = [];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) above.unshift(suite.name);
  return [...above, test.name].join(" > ");
}

function fileOf({ filepath }: RunnerTestFile): string {
  return relative(process.cwd(), filepath);
}

/** What this process has computed so far: unlike the clock it does not depend on what else the machine does. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Sums up the sightings outside of tests: while the file was loaded, and in hooks that its tests share. */
function merge(into: Map<number, number>, seen: Seen): void {
  for (const [site, flags] of seen) into.set(site, (into.get(site) ?? 0) | flags);
}

/** Vitest's runner under the command's plan. */
export default class MutationRunner extends TestRunner {
  readonly #outside = new Map<number, number>();
  #trial: Trial | undefined;
  #startedAt = 0;

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test);
    if (test.mode === "skip" || test.mode === "todo") return;
    if (plan.kind === "fresh") {
      const only = plan.only[fileOf(test.file)];
      if (only !== undefined && !only.includes(test.id)) test.mode = "skip";
    }
    if (plan.kind === "judge") this.#prepare(test, plan.log, plan.jobs[test.id] ?? []);
  }

  #prepare(test: RunnerTestCase, log: string, jobs: readonly Job[]): void {
    if (jobs.length === 0) {
      test.mode = "skip";
      return;
    }
    const killed = new Set(
      readLog(log).map((entry) => (entry.kind === "verdict" && entry.verdict === "killed" ? entry.mutant : 0)),
    );
    const open = jobs.filter(({ mutant }) => !killed.has(mutant));
    this.#trial = new Trial(test.id, open, (entry) => append(log, entry));
    test.repeats = this.#trial.runs - 1;
    test.retry = 0;
    if (open.length === 0) test.mode = "skip";
  }

  override onBeforeTryTask(test: RunnerTestCase, options: TestTryOptions): void {
    super.onBeforeTryTask(test, options);
    merge(this.#outside, take());
    this.#startedAt = cpuMs();
    this.#trial?.begin();
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    await super.onAfterRetryTask(test, options);
    const passed = test.result?.state === "pass";
    this.#trial?.end(passed);
    if (plan.kind === "record") {
      const ms = cpuMs() - this.#startedAt;
      const place = { test: test.id, name: nameOf(test), file: fileOf(test.file) };
      append(plan.log, { kind: "test", ...place, ms, passed, seen: take() });
    }
    // Errors of a mutant's run are no result of the test.
    if (plan.kind === "judge" && test.result !== undefined) delete test.result.errors;
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    super.onAfterRunFiles(files);
    if (plan.kind !== "record") return;
    merge(this.#outside, take());
    for (const file of files) append(plan.log, { kind: "file", file: fileOf(file), seen: [...this.#outside] });
  }
}
