// Starts vitest on the copy, and ends it when a mutant never does.
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Entry, PLAN_VARIABLE, type Plan, readLog } from "./protocol.ts";
import { ROOT } from "./working-copy.ts";

/** How a run of tests ended: as they wished, or ended by `stop`. */
export type RunResult = { readonly outcome: "passed" | "failed" | "stopped"; readonly log: readonly Entry[] };

const WATCH_MS = 500;

/**
 * Runs test files of the copy under a plan, in the order of the runner.
 *
 * @param folder the package's folder in the copy
 * @param shouldStop asked twice a second, with how long the run has taken and what reads the log so far
 * @param flags further options of vitest
 */
export function runPlan(
  folder: string,
  plan: Plan,
  files: readonly string[],
  shouldStop: (ms: number, log: () => readonly Entry[]) => boolean,
  flags: readonly string[] = [],
): Promise<RunResult> {
  const planFile = join(folder, "plan.json");
  rmSync(plan.log, { force: true });
  writeFileSync(planFile, JSON.stringify(plan));
  const begin = performance.now();
  return new Promise((resolve) => {
    // A process group of its own: a mutant that loops for ever ends with its workers.
    const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
    const child = spawn(process.execPath, [vitest, "run", "--reporter=dot", ...flags, ...files], {
      cwd: folder,
      stdio: process.env.SYNOD_MUTATION_SHOW === "1" ? ["ignore", 2, 2] : "ignore",
      env: { ...process.env, [PLAN_VARIABLE]: planFile },
      detached: true,
    });
    const stop = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    let isStopped = false;
    const timer = setInterval(() => {
      if (isStopped || !shouldStop(performance.now() - begin, () => readLog(plan.log))) return;
      isStopped = true;
      stop();
    }, WATCH_MS);
    // A group of its own does not end with the terminal's either.
    process.on("exit", stop);
    child.on("close", (code) => {
      clearInterval(timer);
      process.off("exit", stop);
      resolve({ outcome: isStopped ? "stopped" : code === 0 ? "passed" : "failed", log: readLog(plan.log) });
    });
  });
}
