import type { Hex } from "viem";
import { clientOf, type DevnetClient, executedSince, submit, tokenPayment } from "../harness/client.ts";
import { type Deployment, membersOf } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { metricOfAll, metricOfEach, percentile, untilPresigned } from "./measuring.ts";

/** Decisions that are counted, after as many as fit in flight to warm up. */
const DECISIONS = 100;

/** Decisions under way at once: below the 16 approved ones that may hold budget of one agent at the same time. */
const IN_FLIGHT = 12;

/** What a committee does when decisions never stop coming. */
export type Throughput = {
  readonly decisions: number;
  readonly inFlight: number;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  /** Blocks mined meanwhile per decision. A block holds one transaction here, and a decision needs three. */
  readonly blocksPerDecision: number;
  /** 99th percentile of the event loop's delay, of the member that had the longest. */
  readonly eventLoopLagP99Ms: number;
  /** Share of signatures whose presignature waited, 0 to 1. */
  readonly pooledShare: number;
};

type Run = { readonly times: readonly number[]; readonly seconds: number };

/** Keeps `IN_FLIGHT` decisions under way until `count` have been executed. */
async function keepDeciding(client: DevnetClient, deployment: Deployment, count: number): Promise<Run> {
  const started = new Map<Hex, number>();
  const times: number[] = [];
  let fromBlock = (await client.getBlockNumber()) + 1n;
  let submitted = 0;
  const start = performance.now();
  while (times.length < count) {
    while (submitted < count && started.size < IN_FLIGHT) {
      const sent = performance.now();
      started.set(await submit(client, deployment, tokenPayment(deployment, "1")), sent);
      submitted += 1;
    }
    const executed = await eventually(() => executedSince(client, deployment, fromBlock));
    for (const { decisionId } of executed.decisions) {
      const sent = started.get(decisionId);
      if (sent !== undefined) times.push(performance.now() - sent);
      started.delete(decisionId);
    }
    fromBlock = executed.nextBlock;
  }
  return { times, seconds: (performance.now() - start) / 1_000 };
}

/** Submit → execute with {@link IN_FLIGHT} decisions under way at all times, each with a signature of its own. */
export async function measureThroughput(deployment: Deployment): Promise<Throughput> {
  const client = clientOf(deployment);
  const members = membersOf(deployment);
  await untilPresigned(members);
  await keepDeciding(client, deployment, IN_FLIGHT);
  await metricOfEach(members, "synod_event_loop_lag_seconds");
  const signatures = async (kind: string) => metricOfAll(members, `synod_signatures_total${kind}`);
  const before = { all: await signatures("{"), pooled: await signatures('{presignature="pooled"') };
  const block = await client.getBlockNumber();
  const { times, seconds } = await keepDeciding(client, deployment, DECISIONS);
  const blocks = Number((await client.getBlockNumber()) - block);
  const lags = await metricOfEach(members, "synod_event_loop_lag_seconds");
  const signed = (await signatures("{")) - before.all;
  return {
    decisions: DECISIONS,
    inFlight: IN_FLIGHT,
    perSecond: Number((DECISIONS / seconds).toFixed(2)),
    medianMs: Math.round(percentile(times, 0.5)),
    p90Ms: Math.round(percentile(times, 0.9)),
    blocksPerDecision: Number((blocks / DECISIONS).toFixed(2)),
    eventLoopLagP99Ms: Math.round(Math.max(...lags) * 1_000),
    pooledShare: ((await signatures('{presignature="pooled"')) - before.pooled) / signed,
  };
}
