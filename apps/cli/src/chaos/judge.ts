import { type Check, expectEqual } from "../demo/demo-row.ts";
import { committersNamed, type Evidence, type Outcome } from "./evidence.ts";
import type { Judgement } from "./fault.ts";

/** What must hold whatever the fault was. @param alarms those that belong to it */
export function commonChecks(evidence: Evidence, alarms: readonly string[]): readonly Check[] {
  const { outcomes, size, recoveredMs } = evidence;
  const stray = strayAlarms(evidence, alarms);
  return [
    expectEqual(
      "states of the decisions",
      listed(outcomes, ({ state }) => state),
      listed(outcomes, () => "Executed"),
    ),
    expectEqual(
      "executions of each",
      listed(outcomes, ({ executions }) => executions),
      listed(outcomes, () => 1),
    ),
    expectEqual(
      "signed by the group key",
      listed(outcomes, ({ isGroupSigned }) => isGroupSigned),
      listed(outcomes, () => true),
    ),
    expectEqual(
      "signers of each",
      listed(outcomes, ({ signers }) => signers.length),
      listed(outcomes, () => size.minSigners),
    ),
    { what: "alarms of anything else", holds: stray.length === 0, detail: stray.join("; ") || "none" },
    {
      what: "all ready, connected and in the know afterwards",
      holds: recoveredMs !== undefined,
      detail: recoveredMs === undefined ? "not in time" : `after ${seconds(recoveredMs)}`,
    },
  ];
}

/** Every expectation of a fault with what was found. */
export function checksOf(evidence: Evidence, { alarms, checks }: Judgement): readonly Check[] {
  return [...checks, ...commonChecks(evidence, alarms)];
}

/** The longest that one of the decisions took, in milliseconds. */
export function slowest({ outcomes }: Evidence): number {
  return Math.max(0, ...outcomes.map(({ ms }) => ms));
}

/** Milliseconds in words. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** What became of the decisions, in a few words. */
export function ending({ outcomes }: Evidence): string {
  const isDone = outcomes.every(({ state, executions }) => state === "Executed" && executions === 1);
  if (isDone) return "executed once each";
  return outcomes.map(({ state, executions }) => `${state}, ${executions} times`).join("; ");
}

function strayAlarms({ sightings }: Evidence, expected: readonly string[]): readonly string[] {
  return sightings.flatMap(({ memberIndex, alarms }) =>
    alarms
      .filter(({ alarm }) => !expected.includes(alarm))
      .map(({ alarm, reason }) => `${committersNamed([memberIndex])}: ${alarm}: ${reason}`),
  );
}

function listed(outcomes: readonly Outcome[], value: (outcome: Outcome) => unknown): string {
  return outcomes.map((outcome) => String(value(outcome))).join(", ");
}
