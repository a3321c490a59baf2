import { shuffledBy } from "../harness/pump.ts";
import { seededRng } from "../seeded-rng.ts";
import { type FaultCase, faultsOf } from "./fault-case.ts";
import { runCase } from "./run-case.ts";
import type { Target } from "./scene.ts";

/** What a run of many cases came to. */
export type Tally = { readonly ran: number; readonly failures: readonly string[] };

/**
 * Runs `count` cases of a target: all of one variant in an order that the seed decides, then those of the next. A case
 * whose mutation happens to change nothing does not count.
 */
export function runCases(target: Target<unknown>, count: number, seed: string): Tally {
  const failures: string[] = [];
  let ran = 0;
  for (let variant = 0; ran < count; variant++) {
    for (const fault of shuffled(faultsOf(target, variant), `${seed}/${target.name}/${variant}`)) {
      if (ran >= count) break;
      const verdict = attempt(fault, failures);
      if (verdict !== "unchanged") ran++;
    }
  }
  return { ran, failures };
}

function attempt(fault: FaultCase, failures: string[]): "passed" | "unchanged" | "failed" {
  try {
    return runCase(fault).kind;
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
    return "failed";
  }
}

function shuffled(cases: readonly FaultCase[], seed: string): readonly FaultCase[] {
  const pick = shuffledBy(seededRng(seed));
  const left = [...cases];
  const out: FaultCase[] = [];
  while (left.length > 0) out.push(...left.splice(pick(left.length), 1));
  return out;
}
