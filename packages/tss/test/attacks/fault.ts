import { expect } from "vitest";
import { caseId, faultsOf } from "../faults/fault-case.ts";
import { presignTarget } from "../faults/presign-target.ts";
import { runCase } from "../faults/run-case.ts";
import type { Target } from "../faults/scene.ts";
import { signTarget } from "../faults/sign-target.ts";
import { must } from "../harness/committee.ts";

const TARGETS: readonly Target<unknown>[] = [presignTarget, signTarget];

/** Runs one case of test/faults by its id and fails unless the party ends as the fault tables say. */
export function expectFault(id: string): void {
  const cases = TARGETS.flatMap((target) => faultsOf(target, Number(id.split("#")[1])));
  const fault = must(
    cases.find((candidate) => caseId(candidate) === id),
    `case ${id}`,
  );
  expect(runCase(fault)).toEqual({ id, kind: "passed" });
}
