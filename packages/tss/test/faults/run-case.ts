import type { PartyIndex, Started } from "../../src/index.ts";
import { shuffledBy } from "../harness/pump.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { runArena } from "./arena.ts";
import { checkReport } from "./check-report.ts";
import { caseId, type FaultCase } from "./fault-case.ts";
import { type Loot, loot } from "./forge.ts";
import { planOf, tamperOf } from "./plan.ts";
import { routeOf } from "./route.ts";
import { UNCHANGED } from "./scene.ts";

/** How many sets of session randomness there are; a recording of each is kept. */
const SESSIONS = 4;

/** What became of a case: `unchanged` if the mutation happens to give the same bytes, so that there was no fault. */
export type Verdict = { readonly id: string; readonly kind: "passed" | "unchanged" };

/**
 * Runs one fault and checks every invariant.
 * @throws Error that starts with the case's id if one does not hold
 */
export function runCase(fault: FaultCase): Verdict {
  const id = caseId(fault);
  try {
    return { id, kind: checkCase(fault, id) };
  } catch (error) {
    throw new Error(`${id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function checkCase(fault: FaultCase, id: string): Verdict["kind"] {
  const { target, topology, variant } = fault;
  const label = `session ${variant % SESSIONS}`;
  const plan = planOf(fault, label, id);
  if (plan.aimed.length === 0) return "unchanged";
  const scene = target.open(topology, label);
  const rng = seededRng(`${TEST_SEED}/${id}/order`);
  const looted = new Map<PartyIndex, Loot>();
  const starts = new Map<PartyIndex, Started<unknown>>();
  for (const party of topology.parties) {
    const started = scene.start(party, topology.bad.includes(party) ? tamperOf(fault, plan, party) : UNCHANGED);
    starts.set(party, started);
    looted.set(party, loot(started.session));
  }
  const report = runArena(starts, {
    bad: topology.bad,
    rngOf: scene.committee.rngOf,
    pick: variant % 2 === 0 ? () => 0 : shuffledBy(rng),
    route: routeOf(fault, plan, looted, id, label),
  });
  checkReport(fault, plan, scene, report, id);
  return "passed";
}
