import { describe, expect, it } from "vitest";
import { must } from "../harness/committee.ts";
import { TEST_SEED } from "../seeded-rng.ts";
import { runCases } from "./choose.ts";
import { caseId, type FaultCase, faultsOf } from "./fault-case.ts";
import { layoutLength } from "./field.ts";
import { keygenTarget } from "./keygen-target.ts";
import { presignTarget } from "./presign-target.ts";
import { refreshTarget, reshareTarget } from "./reshare-target.ts";
import { runCase } from "./run-case.ts";
import type { Target } from "./scene.ts";
import { signTarget } from "./sign-target.ts";

/*
 * Every field of every message, changed in every way, by one bad party and by t - 1 of them. Rerun one case by its id:
 * SYNOD_FAULT_CASE='presign/2of3-1bad/r3/direct.eta.flip/all#0' npx vitest run test/faults. SYNOD_DEEP=1 runs 20,000.
 */

const ONE_CASE = process.env.SYNOD_FAULT_CASE;
const IS_DEEP = process.env.SYNOD_DEEP === "1";

type Plan = {
  readonly target: Target<unknown>;
  readonly quick: number;
  readonly deep: number;
};

const PLANS: readonly Plan[] = [
  { target: presignTarget, quick: 560, deep: 12_500 },
  { target: signTarget, quick: 400, deep: 5_500 },
  { target: keygenTarget, quick: 40, deep: 1_500 },
  { target: refreshTarget, quick: 20, deep: 300 },
  { target: reshareTarget, quick: 20, deep: 300 },
];

describe("the field tables", () => {
  it.each(PLANS.map((plan) => [plan.target.name, plan] as const))("%s: cover every payload exactly", (_name, plan) => {
    for (const topology of plan.target.topologies) {
      for (const from of topology.parties) {
        for (const to of topology.parties.filter((party) => party !== from)) {
          const layouts = plan.target.layouts(topology, from, to);
          const lengths = plan.target.sizes(topology).flatMap(({ broadcastBytes, directBytes }, i) => [
            [i + 1, "broadcast", broadcastBytes(from)],
            [i + 1, "direct", directBytes?.(from, to) ?? 0],
          ]);
          const described = layouts.map((layout) => [layout.round, layout.part, layoutLength(layout)]);
          expect(described.filter(([, , length]) => length !== 0)).toEqual(
            lengths.filter(([, , length]) => length !== 0),
          );
        }
      }
    }
  });
});

function findCase(id: string): FaultCase {
  const variant = Number(id.split("#")[1] ?? "0");
  const cases = PLANS.flatMap(({ target }) => faultsOf(target, variant));
  return must(
    cases.find((fault) => caseId(fault) === id),
    `case ${id}`,
  );
}

function testOne(id: string): void {
  it(id, { timeout: 600_000 }, () => {
    expect(runCase(findCase(id)).kind).toBe("passed");
  });
}

function testAll(): void {
  it.each(PLANS.map(({ target, quick, deep }) => [target.name, IS_DEEP ? deep : quick, target] as const))(
    "%s: %i cases end as the tables say",
    { timeout: 7_200_000 },
    (_name, count, target) => {
      const { ran, failures } = runCases(target, count, TEST_SEED);
      expect(failures).toEqual([]);
      expect(ran).toBe(count);
    },
  );
}

describe(`faults (seed ${TEST_SEED})`, ONE_CASE === undefined ? testAll : () => testOne(ONE_CASE));
