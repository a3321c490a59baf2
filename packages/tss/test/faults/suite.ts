import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { TEST_SEED } from "../seeded-rng.ts";
import { casesOf, changesAnything, runCases, traitsOf, varied } from "./choose.ts";
import { caseId, type FaultCase } from "./fault-case.ts";
import type { Target } from "./scene.ts";
import { RESULTS, summaryOf } from "./summary.ts";

const IS_DEEP = process.env.SYNOD_DEEP === "1";

/** Cases of one test of the deep run: small enough to show progress, and to run again alone. */
const BLOCK = 250;

/** How many cases of a target run. */
export type Extent = {
  /** Cases of variant 0 that the ordinary run stops after. */
  readonly quick: number;
  /** Variants that the deep run runs completely. */
  readonly variants: number;
};

/** Tests that every case ends as the tables say; in the ordinary run at least one for every field and every mutation. */
export function testFaults(target: Target<unknown>, { quick, variants }: Extent): void {
  const cases = casesOf(target, IS_DEEP ? variants : 1, TEST_SEED);
  const ran: FaultCase[] = [];

  function expectNoFailure(some: readonly FaultCase[], most?: number): void {
    const tally = runCases(some, most);
    ran.push(...tally.ran);
    // Seen while a long run goes on; the report comes at its end.
    if (IS_DEEP) for (const failure of tally.failures) process.stderr.write(`${failure}\n`);
    expect(tally.failures).toEqual([]);
  }

  describe(`faults of ${target.name} (seed ${TEST_SEED})`, () => {
    if (IS_DEEP) {
      for (let at = 0; at < cases.length; at += BLOCK) {
        const block = cases.slice(at, at + BLOCK);
        it(`${at + 1} to ${at + block.length} of ${cases.length}`, { timeout: 3_600_000 }, () =>
          expectNoFailure(block),
        );
      }
    } else {
      it(`${quick} cases end as the tables say`, { timeout: 1_800_000 }, () => {
        expectNoFailure(varied(cases), quick);
        expect(ran).toHaveLength(quick);
        const shown = new Set(ran.flatMap(traitsOf));
        const missed = cases.filter((fault) => traitsOf(fault).some((trait) => !shown.has(trait)));
        expect(missed.filter(changesAnything).map(caseId)).toEqual([]);
      });
    }

    afterAll(() => {
      mkdirSync(RESULTS, { recursive: true });
      writeFileSync(new URL(`${target.name}.json`, RESULTS), `${JSON.stringify(summaryOf(target, ran), null, 1)}\n`);
    });
  });
}
