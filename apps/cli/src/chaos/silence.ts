import { type Check, expectEqual } from "../demo/demo-row.ts";
import type { SeenAbort } from "./aborts.ts";
import { abortsOfOthers, committersNamed, type Evidence } from "./evidence.ts";
import type { Judgement } from "./fault.ts";
import { ending, seconds, slowest } from "./judge.ts";
import type { Sight } from "./watch.ts";

/** Presigning goes on as it should: what counts is who was waited for in vain at a signature. */
function isOfSignature({ of }: SeenAbort): boolean {
  return of === "signature";
}

/** Whether some other member has named one silent. */
export function isNamedSilent({ sightings }: Sight, victim: number): boolean {
  const aborts = abortsOfOthers({ sightings, hit: [victim] }).filter(isOfSignature);
  return aborts.some(({ silent }) => silent.includes(victim));
}

/** Judges a committee one member of which says nothing that counts: it is named, and nothing else happens to it. */
export function judgeSilence(evidence: Evidence): Judgement {
  const { hit, culprit, outcomes } = evidence;
  const aborts = abortsOfOthers(evidence).filter(isOfSignature);
  const named = [...new Set(aborts.flatMap(({ silent }) => silent))];
  const accused = [...new Set(aborts.flatMap(({ culprits }) => culprits))];
  const checks: readonly Check[] = [
    expectEqual("named silent", committersNamed(named), culprit),
    expectEqual("accused of more", committersNamed(accused), committersNamed([])),
    expectEqual(
      "signed by it",
      outcomes.some(({ signers }) => signers.some((member) => hit.includes(member))),
      false,
    ),
  ];
  return {
    happened: `${ending(evidence)} in ${seconds(slowest(evidence))}, after ${aborts.length} aborted attempts`,
    blame: committersNamed(named),
    checks,
    alarms: [],
  };
}
