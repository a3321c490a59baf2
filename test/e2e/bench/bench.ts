/*
 * `npm run bench:e2e`: submit → execute in the demonstration's setting, a devnet of four committers, 3 of 4, quorum 3.
 * Signing and keys are real; blocks come at once on a transaction and otherwise every second, so what is measured is the
 * committee and not the wait for blocks.
 *
 *   npm run bench:e2e            figures beside the project's targets
 *   npm run bench:e2e -- --json  the same for a program
 */
import { startDevnet } from "../harness/devnet.ts";
import { type Latency, measureLatency } from "./latency.ts";
import { type Lag, type Target, targetLines } from "./measuring.ts";
import { measureNewShares, type NewShares } from "./new-shares.ts";
import { measureThroughput, type Throughput } from "./throughput.ts";

/** Blocks that a decision needs at least: one each for submit, resolve and execute. */
const LEAST_BLOCKS = 3;
const MOST_BLOCKS = 1.5 * LEAST_BLOCKS;
const LEAST_PER_SECOND = 10;
const MOST_LAG_MS = 100;

type Figures = { readonly latency: Latency; readonly throughput: Throughput; readonly newShares: NewShares };

function targetsOf({ latency, throughput, newShares }: Figures): Target[] {
  const { perSecond } = throughput;
  const lags = [throughput.eventLoopLag.p99Ms, newShares.eventLoopLag.p99Ms];
  return [
    {
      name: `blocks from submit to execute, at most ${MOST_BLOCKS}`,
      isMet: latency.medianBlocks <= MOST_BLOCKS,
      text: `${latency.medianBlocks} (least possible ${LEAST_BLOCKS})`,
    },
    {
      name: `decisions a second, at least ${LEAST_PER_SECOND}`,
      isMet: perSecond >= LEAST_PER_SECOND,
      text: perSecond.toFixed(1),
    },
    {
      name: `event loop's delay, 99th percentile, below ${MOST_LAG_MS} ms`,
      isMet: lags.every((lag) => lag < MOST_LAG_MS),
      text: `${lags.join(" and ")} ms`,
    },
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function lagText({ medianMs, p99Ms, longestMs }: Lag): string {
  return `event loop's delay: median ${medianMs} ms, 99th percentile ${p99Ms} ms, longest ${longestMs} ms`;
}

function tables({ latency: one, throughput: many, newShares }: Figures): string {
  return `one at a time  ${one.decisions} decisions: median ${one.medianMs} ms, p90 ${one.p90Ms} ms, median ${one.medianBlocks} blocks; signing ${one.meanSigningMs} ms, ${percent(one.pooledShare)} with a presignature that waited
${many.inFlight} at a time   ${many.decisions} decisions: ${many.perSecond.toFixed(1)} a second, median ${many.medianMs} ms, p90 ${many.p90Ms} ms, ${many.blocksPerDecision} blocks each, ${percent(many.pooledShare)} with a presignature that waited
               ${many.cpuMsPerDecision} ms of processor time per member and decision; ${lagText(many.eventLoopLag)}
new shares     in ${newShares.seconds} s, a member's run ${newShares.runSeconds} s; ${lagText(newShares.eventLoopLag)}`;
}

async function measure(): Promise<Figures> {
  const { deployment, stop } = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  try {
    process.stderr.write("one decision at a time ...\n");
    const latency = await measureLatency(deployment);
    process.stderr.write("many at a time ...\n");
    const throughput = await measureThroughput(deployment);
    process.stderr.write("new shares of the key ...\n");
    return { latency, throughput, newShares: await measureNewShares(deployment) };
  } finally {
    await stop();
  }
}

const figures = await measure();
const targets = targetsOf(figures);
const text = process.argv.includes("--json")
  ? JSON.stringify({ ...figures, targets }, null, 2)
  : `${tables(figures)}\n\n${targetLines(targets)}`;
process.stdout.write(`${text}\n`);
