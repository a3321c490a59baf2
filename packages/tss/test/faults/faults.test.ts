import "./memory.ts";
import { describe, expect, it } from "vitest";
import { must } from "../harness/committee.ts";
import { caseId, type FaultCase, faultsOf } from "./fault-case.ts";
import { layoutLength } from "./field.ts";
import { runCase } from "./run-case.ts";
import { TARGETS } from "./targets.ts";

/*
 * Every field of every message, changed in every way, by one bad party and by t - 1 of them: one file of tests for each
 * protocol. This one tests their tables, and runs one case by its id:
 * SYNOD_FAULT_CASE='presign/2of3-1bad/r3/direct.eta.flip/all#0' npx vitest run test/faults/faults.test.ts
 */

const ONE_CASE = process.env.SYNOD_FAULT_CASE;

describe("the field tables", () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))(
    "%s: cover every payload exactly",
    (_name, target) => {
      for (const topology of target.topologies) {
        for (const from of topology.parties) {
          for (const to of topology.parties.filter((party) => party !== from)) {
            const layouts = target.layouts(topology, from, to);
            const lengths = target.sizes(topology).flatMap(({ broadcastBytes, directBytes }, i) => [
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
    },
  );
});

function findCase(id: string): FaultCase {
  const variant = Number(id.split("#")[1] ?? "0");
  const cases = TARGETS.flatMap((target) => faultsOf(target, variant));
  return must(
    cases.find((fault) => caseId(fault) === id),
    `case ${id}`,
  );
}

if (ONE_CASE !== undefined) {
  describe("one fault", () => {
    it(ONE_CASE, { timeout: 600_000 }, () => {
      expect(runCase(findCase(ONE_CASE)).kind).toBe("passed");
    });
  });
}
