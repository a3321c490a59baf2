import { TEST_SEED } from "../seeded-rng.ts";

/** A number from the run's seed, so that fast-check draws the same cases again; it prints the seed when one fails. */
const SEED = [...TEST_SEED].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);

/** Options of one property: `count` cases, ten times as many in the deep run. */
export function runs(count: number): { readonly seed: number; readonly numRuns: number } {
  return { seed: SEED, numRuns: process.env.SYNOD_DEEP === "1" ? 10 * count : count };
}
