import { shuffledBy } from "../harness/pump.ts";
import { seededRng } from "../seeded-rng.ts";
import { type FaultCase, faultsOf } from "./fault-case.ts";
import { planCase, runCase, type Verdict } from "./run-case.ts";
import type { Target } from "./scene.ts";

/** What a run of many cases came to. A case whose mutation happens to change nothing did not run. */
export type Tally = { readonly ran: readonly FaultCase[]; readonly failures: readonly string[] };

/** Runs cases in order until `most` have run. */
export function runCases(cases: readonly FaultCase[], most = cases.length): Tally {
  const failures: string[] = [];
  const ran: FaultCase[] = [];
  for (const fault of cases) {
    if (ran.length >= most) break;
    if (attempt(fault, failures) !== "unchanged") ran.push(fault);
  }
  return { ran, failures };
}

function attempt(fault: FaultCase, failures: string[]): Verdict["kind"] | "failed" {
  try {
    return runCase(fault).kind;
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
    return "failed";
  }
}

/** All cases of a target for variants 0, 1, … in an order that the seed decides. */
export function casesOf(target: Target<unknown>, variants: number, seed: string): readonly FaultCase[] {
  return Array.from({ length: variants }, (_, variant) =>
    shuffled(faultsOf(target, variant), `${seed}/${target.name}/${variant}`),
  ).flat();
}

/**
 * The cases in an order that shows every field of every message, every mutation and every other fault, every round and
 * every topology as soon as possible; stable besides.
 */
export function varied(cases: readonly FaultCase[]): readonly FaultCase[] {
  const seen = new Set<string>();
  const news = new Set<FaultCase>();
  for (const fault of cases) {
    const traits = traitsOf(fault).filter((trait) => !seen.has(trait));
    if (traits.length === 0 || !changesAnything(fault)) continue;
    news.add(fault);
    for (const trait of traits) seen.add(trait);
  }
  return [...news, ...cases.filter((fault) => !news.has(fault))];
}

/** Whether the case's mutation gives other bytes than those that it changes. */
export function changesAnything(fault: FaultCase): boolean {
  return planCase(fault).expectations.size > 0;
}

/** What a case shows: the field or the round that it hits, how, and where. */
export function traitsOf({ fault, round, reach, topology }: FaultCase): readonly string[] {
  const where = `${topology.name} ${reach}`;
  if (fault.kind !== "payload") return [`${fault.kind} ${fault.name}`, `${fault.kind} ${round}`, where];
  return [`${round} ${fault.part} ${fault.field.name}`, fault.mutation, where];
}

function shuffled(cases: readonly FaultCase[], seed: string): readonly FaultCase[] {
  const pick = shuffledBy(seededRng(seed));
  const out = [...cases];
  for (let i = out.length - 1; i > 0; i--) {
    const j = pick(i + 1);
    const [a, b] = [out[i], out[j]];
    if (a === undefined || b === undefined) continue;
    out[i] = b;
    out[j] = a;
  }
  return out;
}
