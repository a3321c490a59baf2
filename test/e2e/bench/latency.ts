/*
 * Submit → execute in the demonstration's setting: a devnet of four committers, 3 of 4, on this machine.
 *
 *   node test/e2e/bench/latency.ts [--json]
 *
 * Milliseconds from sending the submission to seeing the execution in a block, one decision at a time. Signing and
 * keys are real; blocks come at once on a transaction and otherwise every second.
 */
import { clientOf, submit, tokenPayment } from "../harness/client.ts";
import { startDevnet } from "../harness/devnet.ts";

const DECISIONS = 15;

/** Nearest-rank percentile of a list that is not empty. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

async function measure() {
  const { deployment, stop } = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  try {
    const client = clientOf(deployment);
    const times: number[] = [];
    const blocks: number[] = [];
    for (let i = 0; i <= DECISIONS; i++) {
      const start = performance.now();
      const before = await client.getBlockNumber();
      const decisionId = await submit(client, deployment, tokenPayment(deployment, "1"));
      await client.waitForDecision({ decisionId });
      times.push(performance.now() - start);
      blocks.push(Number((await client.getBlockNumber()) - before));
    }
    // The first decision warms up processes and connections.
    const [counted, countedBlocks] = [times.slice(1), blocks.slice(1)];
    return {
      decisions: counted.length,
      medianMs: Math.round(percentile(counted, 0.5)),
      p90Ms: Math.round(percentile(counted, 0.9)),
      medianBlocks: percentile(countedBlocks, 0.5),
    };
  } finally {
    await stop();
  }
}

const figures = await measure();
const text = process.argv.includes("--json")
  ? JSON.stringify(figures, null, 2)
  : `submit to execute  ${figures.decisions} decisions: median ${figures.medianMs} ms, p90 ${figures.p90Ms} ms, median ${figures.medianBlocks} blocks`;
process.stdout.write(`${text}\n`);
