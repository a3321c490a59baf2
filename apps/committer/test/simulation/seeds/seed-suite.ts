import { describe, expect, test } from "vitest";
import { imageOf } from "../images.ts";
import { type Plan, planOf } from "../scenario/plan.ts";
import { play } from "../scenario/play.ts";
import { describeFailure } from "../scenario/report.ts";
import type { ShapeName } from "../world/terms.ts";

const isDeep = process.env.SYNOD_DEEP === "1";

/** Seeds of all suites together. */
const SEEDS = isDeep ? 20_000 : 500;

const BLOCK = isDeep ? 250 : 25;
const BLOCK_LIMIT_MS = 60_000 * BLOCK;

/**
 * Which seeds a file plays. They are spread over files, and these over processes and machines; by the sizes of their
 * committees, because a process generates a key for each size that it meets.
 */
export type SuiteTerms = { readonly shapes: readonly ShapeName[]; readonly part: number; readonly of: number };

async function playBlock(plans: readonly Plan[]): Promise<string> {
  const sums = { decisions: 0, executed: 0, claims: 0, faults: 0, events: 0 };
  for (const plan of plans) {
    const outcome = await play(await imageOf(plan.shape), plan);
    sums.decisions += plan.decisions.length;
    sums.faults += plan.faults.length;
    sums.executed += outcome.executions;
    sums.claims += outcome.claims;
    sums.events += outcome.events;
    expect.soft(outcome.failure, outcome.failure === undefined ? "" : describeFailure(outcome)).toBeUndefined();
  }
  const { decisions, executed, claims, faults, events } = sums;
  return `${decisions} decisions, ${executed} executed, ${claims} claims, ${faults} faults, ${events} events`;
}

/** The plans of a suite, in blocks. */
function blocksOf({ shapes, part, of }: SuiteTerms): readonly (readonly Plan[])[] {
  const plans = Array.from({ length: SEEDS }, (_, seed) => planOf(seed)).filter(
    ({ shape, seed }) => shapes.includes(shape) && seed % of === part,
  );
  return Array.from({ length: Math.ceil(plans.length / BLOCK) }, (_, index) =>
    plans.slice(index * BLOCK, (index + 1) * BLOCK),
  );
}

/** Plays the seeds of a suite. Side effects: a line on standard output for each block. */
export function seedSuite(terms: SuiteTerms): void {
  const sizes = terms.shapes.join(" and ");
  const blocks = blocksOf(terms).map((plans) => ({ plans, count: plans.length, first: plans[0]?.seed ?? 0 }));
  describe(`committees of ${sizes} under faults, part ${terms.part + 1} of ${terms.of}`, () => {
    test.each(blocks)(
      "$count seeds from $first on break no rule",
      async ({ plans, count, first }) => {
        const what = await playBlock(plans);
        process.stdout.write(`${count} seeds from ${first} on, committees of ${sizes}: ${what}\n`);
      },
      BLOCK_LIMIT_MS,
    );
  });
}
