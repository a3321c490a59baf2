import { type Check, expectEqual } from "../../demo/demo-row.ts";
import { type ChaosStage, pick } from "../chaos-stage.ts";
import type { Alarm, Evidence } from "../evidence.ts";
import type { Fault, Injection, Judgement } from "../fault.ts";
import { ending } from "../judge.ts";
import { CONTRADICT_EVERYTHING } from "../lies.ts";
import type { Sight } from "../watch.ts";

const ALARM = "rpcDisagreement";

/** One of the three RPC providers of every committer tells of another chain. */
export const lyingRpc: Fault = {
  name: "lying-rpc",
  summary: "one of every committer's three RPC providers lies about final blocks, logs, calls and receipts",
  expected: "executed; every committer names the provider",
  inject,
  judge,
};

async function inject({ gateways, seed }: ChaosStage): Promise<Injection> {
  const liar = gateways[pick(seed, "lying rpc", gateways.length)];
  liar?.gateway.lie(CONTRADICT_EVERYTHING);
  const isFelt = ({ sightings }: Sight): boolean => sightings.every(({ alarms }) => alarms.some(isDisagreement));
  return {
    what: `provider ${liar?.name} lies`,
    hit: [],
    culprit: `provider ${liar?.name}`,
    isOver: (sight) => sight.areDecided && isFelt(sight),
    heal: async () => liar?.gateway.lie(undefined),
  };
}

function isDisagreement({ alarm }: Alarm): boolean {
  return alarm === ALARM;
}

/** Providers that a committer's alarms name: "contradicts the other providers: c about …". */
function namedIn(alarms: readonly Alarm[]): readonly string[] {
  const parts = alarms
    .filter(isDisagreement)
    .flatMap(({ reason }) => reason.split(": ").slice(1).join(": ").split("; "));
  return [...new Set(parts.map((part) => part.split(" about ")[0] ?? part))];
}

function judge(evidence: Evidence): Judgement {
  const { sightings, culprit } = evidence;
  const accusers = sightings.filter(({ alarms }) => alarms.some(isDisagreement));
  const named = [...new Set(sightings.flatMap(({ alarms }) => namedIn(alarms)))];
  const blame = named.length === 0 ? "nobody" : `provider ${named.join(" ")}`;
  const checks: readonly Check[] = [
    expectEqual("committers that name a provider", accusers.length, sightings.length),
    expectEqual("named", blame, culprit),
  ];
  return {
    happened: `${ending(evidence)}; ${accusers.length} of ${sightings.length} committers name a provider`,
    blame,
    checks,
    alarms: [ALARM],
  };
}
