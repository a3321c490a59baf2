/*
 * Submit → execute in the demonstration's setting: a devnet of four committers, 3 of 4, on this machine.
 *
 *   node test/e2e/bench/latency.ts [--json]
 *
 * Milliseconds from sending the submission to seeing the execution in a block, one decision at a time, and what of it
 * is signing: the mean at the signers from an attempt's first message to the verified signature. Signing and keys are
 * real; blocks come at once on a transaction and otherwise every second.
 */
import { clientOf, submit, tokenPayment } from "../harness/client.ts";
import type { Member } from "../harness/deployment.ts";
import { startDevnet } from "../harness/devnet.ts";
import { eventually } from "../harness/eventually.ts";

const DECISIONS = 15;

/** Nearest-rank percentile of a list that is not empty. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** The sum of a metric over all members. */
async function metric(members: readonly Member[], name: string): Promise<number> {
  const texts = await Promise.all(members.map(async ({ httpUrl }) => (await fetch(`${httpUrl}/metrics`)).text()));
  const lines = texts.flatMap((text) => text.split("\n").filter((line) => line.startsWith(name)));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

async function signingOf(members: readonly Member[]) {
  return {
    count: await metric(members, "synod_signing_duration_seconds_count"),
    seconds: await metric(members, "synod_signing_duration_seconds_sum"),
    pooled: await metric(members, 'synod_signatures_total{presignature="pooled"}'),
  };
}

/** Waits until every member has presignatures. */
async function untilPresigned(members: readonly Member[]): Promise<void> {
  await eventually(async () => {
    const counts = await Promise.all(members.map((member) => metric([member], "synod_presignatures{")));
    return counts.every((count) => count > 0) ? true : undefined;
  });
}

async function measure() {
  const { deployment, stop } = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  try {
    const client = clientOf(deployment);
    const members = deployment.committees.flatMap((committee) => committee.members);
    await untilPresigned(members);
    let before = await signingOf(members);
    const times: number[] = [];
    const blocks: number[] = [];
    for (let i = 0; i <= DECISIONS; i++) {
      const start = performance.now();
      const block = await client.getBlockNumber();
      const decisionId = await submit(client, deployment, tokenPayment(deployment, "1"));
      await client.waitForDecision({ decisionId });
      times.push(performance.now() - start);
      blocks.push(Number((await client.getBlockNumber()) - block));
      if (i === 0) before = await signingOf(members);
    }
    // The first decision warms up processes and connections.
    const [counted, countedBlocks] = [times.slice(1), blocks.slice(1)];
    const after = await signingOf(members);
    const signed = after.count - before.count;
    return {
      decisions: counted.length,
      medianMs: Math.round(percentile(counted, 0.5)),
      p90Ms: Math.round(percentile(counted, 0.9)),
      medianBlocks: percentile(countedBlocks, 0.5),
      meanSigningMs: Math.round(((after.seconds - before.seconds) / signed) * 1_000),
      pooledShare: (after.pooled - before.pooled) / signed,
    };
  } finally {
    await stop();
  }
}

const figures = await measure();
const text = process.argv.includes("--json")
  ? JSON.stringify(figures, null, 2)
  : `submit to execute  ${figures.decisions} decisions: median ${figures.medianMs} ms, p90 ${figures.p90Ms} ms, median ${figures.medianBlocks} blocks; signing ${figures.meanSigningMs} ms, ${Math.round(figures.pooledShare * 100)}% with a presignature that waited`;
process.stdout.write(`${text}\n`);
