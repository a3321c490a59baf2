import { clientOf, submit, tokenPayment } from "../harness/client.ts";
import { type Deployment, type Member, membersOf } from "../harness/deployment.ts";
import { metricOfAll, percentile, untilPresigned } from "./measuring.ts";

const DECISIONS = 15;

/** Milliseconds, blocks and shares of decisions that had the committee to themselves. */
export type Latency = {
  readonly decisions: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly medianBlocks: number;
  /** Mean at the signers from an attempt's first message to the verified signature. */
  readonly meanSigningMs: number;
  /** Share of signatures whose presignature waited, 0 to 1. */
  readonly pooledShare: number;
};

async function signingOf(members: readonly Member[]) {
  return {
    count: await metricOfAll(members, "synod_signing_duration_seconds_count"),
    seconds: await metricOfAll(members, "synod_signing_duration_seconds_sum"),
    pooled: await metricOfAll(members, 'synod_signatures_total{presignature="pooled"}'),
  };
}

/**
 * Submit → execute, one decision at a time: from sending the submission to seeing the execution in a block. The first
 * decision warms up processes and connections and is not counted.
 */
export async function measureLatency(deployment: Deployment): Promise<Latency> {
  const client = clientOf(deployment);
  const members = membersOf(deployment);
  await untilPresigned(members);
  const times: number[] = [];
  const blocks: number[] = [];
  let before = await signingOf(members);
  for (let i = 0; i <= DECISIONS; i++) {
    const start = performance.now();
    const block = await client.getBlockNumber();
    const decisionId = await submit(client, deployment, tokenPayment(deployment, "1"));
    await client.waitForDecision({ decisionId });
    times.push(performance.now() - start);
    blocks.push(Number((await client.getBlockNumber()) - block));
    if (i === 0) before = await signingOf(members);
  }
  const after = await signingOf(members);
  const signed = after.count - before.count;
  return {
    decisions: DECISIONS,
    medianMs: Math.round(percentile(times.slice(1), 0.5)),
    p90Ms: Math.round(percentile(times.slice(1), 0.9)),
    medianBlocks: percentile(blocks.slice(1), 0.5),
    meanSigningMs: Math.round(((after.seconds - before.seconds) / signed) * 1_000),
    pooledShare: (after.pooled - before.pooled) / signed,
  };
}
