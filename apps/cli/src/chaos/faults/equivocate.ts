import { type Check, expectEqual } from "../../demo/demo-row.ts";
import { abortsOfOthers, committersNamed, type Evidence } from "../evidence.ts";
import type { Fault, Judgement } from "../fault.ts";
import { ending, seconds, slowest } from "../judge.ts";
import { misbehave } from "../misbehave.ts";
import type { Sight } from "../watch.ts";

const CODE = "equivocation";

/** One committer says two things, both signed, wherever a protocol lets it say one. */
export const equivocate: Fault = {
  name: "equivocate",
  summary: "one committer signs two different messages wherever it may send one",
  expected: "signed by others; it is named, with evidence",
  inject: (stage) => misbehave(stage, "equivocate", isNamed),
  judge,
};

function isNamed({ sightings }: Sight, victim: number): boolean {
  const aborts = abortsOfOthers({ sightings, hit: [victim] });
  return aborts.some(({ code, culprits }) => code === CODE && culprits.includes(victim));
}

function judge(evidence: Evidence): Judgement {
  const aborts = abortsOfOthers(evidence);
  const named = [...new Set(aborts.flatMap(({ culprits }) => culprits))];
  const times = aborts.filter(({ code }) => code === CODE).length;
  const checks: readonly Check[] = [
    expectEqual("named by its signatures", committersNamed(named), evidence.culprit),
    { what: "sessions in which it was caught", holds: times > 0, detail: String(times) },
  ];
  return {
    happened: `${ending(evidence)} in ${seconds(slowest(evidence))}, caught in ${times} sessions`,
    blame: committersNamed(named),
    checks,
    alarms: [],
  };
}
