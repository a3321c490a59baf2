import { expectEqual } from "../../demo/demo-row.ts";
import { type ChaosStage, pick } from "../chaos-stage.ts";
import { committersNamed, type Evidence } from "../evidence.ts";
import type { Fault, Injection, Judgement } from "../fault.ts";
import { ending, seconds, slowest } from "../judge.ts";

const INTERVAL_MS = 700;

/** Connections between committers are lost again and again, with whatever is under way on them. */
export const loss: Fault = {
  name: "loss",
  summary: `a connection between two committers is reset every ${INTERVAL_MS} ms`,
  expected: "executed; what was lost is sent again",
  inject,
  judge,
};

async function inject({ network, devnet, seed }: ChaosStage): Promise<Injection> {
  const { length } = devnet.committers;
  let count = 0;
  const timer = setInterval(() => {
    const one = pick(seed, `loss ${count}`, length);
    const other = (one + 1 + pick(seed, `loss to ${count}`, length - 1)) % length;
    network.reset(one, other);
    count += 1;
  }, INTERVAL_MS);
  return {
    what: "connections reset at random",
    hit: [],
    culprit: "nobody",
    isOver: ({ areDecided }) => areDecided,
    heal: async () => clearInterval(timer),
  };
}

function judge(evidence: Evidence): Judgement {
  const silent = evidence.sightings.filter(({ wasSilent }) => wasSilent).map(({ memberIndex }) => memberIndex);
  return {
    happened: `${ending(evidence)} in ${seconds(slowest(evidence))}, usually ${seconds(evidence.usualMs)}`,
    blame: silent.length === 0 ? "nobody" : committersNamed(silent),
    checks: [expectEqual("did not answer", committersNamed(silent), committersNamed([]))],
    alarms: [],
  };
}
