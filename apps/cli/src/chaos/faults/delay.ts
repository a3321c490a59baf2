import { expectEqual } from "../../demo/demo-row.ts";
import type { ChaosStage } from "../chaos-stage.ts";
import { committersNamed, type Evidence } from "../evidence.ts";
import type { Fault, Injection, Judgement } from "../fault.ts";
import { ending, seconds, slowest } from "../judge.ts";

const DELAY_MS = 400;

/** Every byte between committers takes longer. */
export const delay: Fault = {
  name: "delay",
  summary: `every byte between committers takes ${DELAY_MS} ms longer, each way`,
  expected: "executed, later; nobody is blamed",
  inject,
  judge,
};

async function inject({ network }: ChaosStage): Promise<Injection> {
  network.slow(DELAY_MS);
  return {
    what: `${DELAY_MS} ms on every link`,
    hit: [],
    culprit: "nobody",
    isOver: ({ areDecided }) => areDecided,
    heal: async () => network.heal(),
  };
}

function judge(evidence: Evidence): Judgement {
  const { sightings, outcomes, usualMs } = evidence;
  const missing = sightings.filter(({ missed, wasSilent }) => missed.length > 0 || wasSilent);
  const lost = missing.map(({ memberIndex }) => memberIndex);
  // Attestations of others must come in, and then their parts of the signature.
  const least = 2 * DELAY_MS;
  const fastest = Math.min(...outcomes.map(({ ms }) => ms));
  return {
    happened: `${ending(evidence)} in ${seconds(slowest(evidence))}, usually ${seconds(usualMs)}`,
    blame: lost.length === 0 ? "nobody" : committersNamed(lost),
    checks: [
      expectEqual("lost a connection", committersNamed(lost), committersNamed([])),
      { what: `took two delays at least, ${least} ms`, holds: fastest >= least, detail: `${Math.round(fastest)} ms` },
    ],
    alarms: [],
  };
}
