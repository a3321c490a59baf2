import { eventually } from "@synod/testing/eventually";
import type { Hex } from "viem";
import { clientOf, type DevnetClient, executedSince, submit, tokenPayment } from "../harness/client.ts";
import { type Deployment, type Member, membersOf } from "../harness/deployment.ts";
import { type Lag, lagSinceScrape, metricOfAll, percentile, untilPresigned } from "./measuring.ts";

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
  /** Processor time of one member for one decision, its part in making new presignatures included. */
  readonly cpuMsPerDecision: number;
  readonly eventLoopLag: Lag;
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

/** What the members have done since they started, added up. Side effects: a scrape, which starts the lag's next window. */
async function workOf(members: readonly Member[]) {
  return {
    signed: await metricOfAll(members, "synod_signatures_total{"),
    pooled: await metricOfAll(members, 'synod_signatures_total{presignature="pooled"'),
    cpuSeconds: await metricOfAll(members, "synod_cpu_seconds_total"),
  };
}

/** Submit → execute with {@link IN_FLIGHT} decisions under way at all times, each with a signature of its own. */
export async function measureThroughput(deployment: Deployment): Promise<Throughput> {
  const client = clientOf(deployment);
  const members = membersOf(deployment);
  await untilPresigned(members);
  await keepDeciding(client, deployment, IN_FLIGHT);
  const before = await workOf(members);
  const block = await client.getBlockNumber();
  const { times, seconds } = await keepDeciding(client, deployment, DECISIONS);
  const blocks = Number((await client.getBlockNumber()) - block);
  const eventLoopLag = await lagSinceScrape(members);
  const after = await workOf(members);
  return {
    decisions: DECISIONS,
    inFlight: IN_FLIGHT,
    perSecond: Number((DECISIONS / seconds).toFixed(2)),
    medianMs: Math.round(percentile(times, 0.5)),
    p90Ms: Math.round(percentile(times, 0.9)),
    blocksPerDecision: Number((blocks / DECISIONS).toFixed(2)),
    cpuMsPerDecision: Math.round(((after.cpuSeconds - before.cpuSeconds) * 1_000) / members.length / DECISIONS),
    eventLoopLag,
    pooledShare: (after.pooled - before.pooled) / (after.signed - before.signed),
  };
}
