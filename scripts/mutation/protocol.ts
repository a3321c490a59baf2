// What the command and the test runner inside its workers tell each other: a plan in one file, a log in another.
import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** The environment variable that names the plan's file to the workers. */
export const PLAN_VARIABLE = "SYNOD_MUTATION_PLAN";

/** One mutant to try with one test: how long the run may take before the mutant counts as one that never ends. */
export type Job = { readonly mutant: number; readonly limitMs: number };

/**
 * What the workers do: run every test and record what the sites did; try mutants with single tests, one after another
 * in the same process; or run tests (all of a file that `only` does not name) with one mutant active from the start.
 */
export type Plan =
  | { readonly kind: "record"; readonly log: string; readonly sites: number }
  | { readonly kind: "judge"; readonly log: string; readonly jobs: Readonly<Record<string, readonly Job[]>> }
  | {
      readonly kind: "fresh";
      readonly log: string;
      readonly mutant: number;
      readonly only: Readonly<Record<string, readonly string[]>>;
    };

/** What each site did, as pairs of its number and the flags of sites.ts. */
export type Seen = readonly (readonly [site: number, saw: number])[];

/**
 * How one test judged a mutant. It is killed when the test fails with it and passes without it, right before and right
 * after; undecided when the test fails without a mutant.
 */
export type Verdict = "killed" | "survived" | "undecided";

/** One line of the log. Tests go by the runner's ids, which depend on the file and the place in it alone. */
export type Entry =
  | {
      readonly kind: "test";
      readonly test: string;
      readonly name: string;
      readonly file: string;
      readonly ms: number;
      readonly passed: boolean;
      readonly seen: Seen;
    }
  | { readonly kind: "file"; readonly file: string; readonly seen: Seen }
  | {
      readonly kind: "begin";
      readonly test: string;
      readonly mutant: number;
      readonly at: number;
      readonly limitMs: number;
    }
  | { readonly kind: "verdict"; readonly test: string; readonly mutant: number; readonly verdict: Verdict };

/** Adds an entry to the log, at once: the process may be killed right after. */
export function append(log: string, entry: Entry): void {
  appendFileSync(log, `${JSON.stringify(entry)}\n`);
}

/** The entries of a log so far; a line that is being written is left out. */
export function readLog(log: string): readonly Entry[] {
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}
