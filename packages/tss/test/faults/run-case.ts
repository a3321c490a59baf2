import type { PartyIndex, Started } from "../../src/index.ts";
import { must } from "../harness/committee.ts";
import { shuffledBy } from "../harness/pump.ts";
import { tamperOpening } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { type ArenaReport, runArena } from "./arena.ts";
import { checkReport } from "./check-report.ts";
import { caseId, type FaultCase } from "./fault-case.ts";
import { type Loot, loot } from "./forge.ts";
import { below } from "./mutation.ts";
import { type Plan, planOf, tamperOf } from "./plan.ts";
import { recordingOf, roundRng } from "./recording.ts";
import { replayOpening } from "./replay.ts";
import { routeOf } from "./route.ts";
import type { Scene, Wrap } from "./scene.ts";

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
    return { id, kind: checkCase(fault) };
  } catch (error) {
    throw new Error(`${id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** What the case changes; nothing is expected of anybody if it happens to change nothing. */
export function planCase(fault: FaultCase): Plan {
  return planOf(fault, labelOf(fault), caseId(fault));
}

function labelOf({ variant }: FaultCase): string {
  return `session ${variant % SESSIONS}`;
}

/** A session that a fault was put into, and what it came to. */
export type FaultRun = {
  readonly id: string;
  readonly plan: Plan;
  readonly scene: Scene<unknown>;
  readonly report: ArenaReport<unknown>;
};

function checkCase(fault: FaultCase): Verdict["kind"] {
  const run = runFault(fault);
  if (run === undefined) return "unchanged";
  checkReport(fault, run.plan, run.scene, run.report, run.id);
  return "passed";
}

/** Runs a case without checking anything; undefined if it changes nothing. */
export function runFault(fault: FaultCase): FaultRun | undefined {
  const id = caseId(fault);
  const { target, topology } = fault;
  const label = labelOf(fault);
  const plan = planCase(fault);
  if (plan.expectations.size === 0) return undefined;
  const scene = target.open(topology, label);
  const rng = seededRng(`${TEST_SEED}/${id}/order`);
  const isOrdered = fault.fault.kind === "transport" && fault.fault.name === "equivocated";
  const looted = new Map<PartyIndex, Loot>();
  const starts = new Map<PartyIndex, Started<unknown>>();
  for (const party of topology.parties) {
    const started = scene.start(party, wrapOf(fault, plan, label, party));
    starts.set(party, started);
    looted.set(party, loot(started.session));
  }
  const report = runArena(starts, {
    bad: topology.bad,
    rngOf: scene.committee.rngOf,
    // In the order of sending, or in any. Two envelopes stay together: the second could come after the end.
    pick: isOrdered || below(rng, 2) === 0 ? () => 0 : shuffledBy(rng),
    route: routeOf(fault, plan, looted, id, label),
  });
  return { id, plan, scene, report };
}

/** A party repeats what it did in the recorded session until something else arrives; a bad one also sends what it likes. */
function wrapOf(fault: FaultCase, plan: Plan, label: string, party: PartyIndex): Wrap {
  const { target, topology } = fault;
  const record = must(recordingOf(target, topology, label).records.get(party));
  const rngOf = roundRng(target, topology, label, party);
  const tamper = topology.bad.includes(party) ? tamperOf(fault, plan, party) : undefined;
  return (opening) => {
    const replayed = replayOpening(opening, record, rngOf);
    return tamper === undefined ? replayed : tamperOpening(replayed, tamper);
  };
}
