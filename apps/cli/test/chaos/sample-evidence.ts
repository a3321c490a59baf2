import type { Alarm, Evidence, Outcome, Sighting } from "../../src/chaos/evidence.ts";

/** A decision that four members carried out as they should. */
export function sampleOutcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    decisionId: `0x${"ab".repeat(32)}`,
    stateDuring: "Executed",
    state: "Executed",
    executions: 1,
    ms: 1_200,
    signers: [0, 1, 3],
    isGroupSigned: true,
    sender: 1,
    gasPriceWei: 2_000_000_000n,
    ...changes,
  };
}

/** What each of four members has shown: nothing, but for what is given by member. */
export function sampleSightings(changes: Readonly<Record<number, Partial<Sighting>>> = {}): readonly Sighting[] {
  return [0, 1, 2, 3].map((memberIndex) => ({
    memberIndex,
    wasSilent: false,
    missed: [],
    alarms: [],
    aborts: [],
    ...changes[memberIndex],
  }));
}

/** Evidence of four members that carried out one decision as they should, and of no fault. */
export function sampleEvidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    size: { members: 4, minSigners: 3, quorum: 3 },
    usualMs: 900,
    hit: [],
    culprit: "nobody",
    sightings: sampleSightings(),
    outcomes: [sampleOutcome()],
    recoveredMs: 3_000,
    ...changes,
  };
}

/** An alarm with some reason. */
export function alarmOf(alarm: string, reason = "so it is"): Alarm {
  return { alarm, reason };
}
