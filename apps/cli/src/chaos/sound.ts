import type { Hex } from "viem";
import { askCommitters } from "../committers/ask-committers.ts";
import type { CommitterStatus } from "../committers/ask-status.ts";
import { pollUntil } from "../devnet/poll-until.ts";
import type { ChaosStage } from "./chaos-stage.ts";
import { missedBy, statusesOf } from "./watch.ts";

/** Longest that a committee may take to become sound again, in milliseconds: links wait up to half a minute. */
const RECOVERY_LIMIT_MS = 120_000;
const ASK_MS = 500;

/** Alarms that end with the next transaction of whoever raised them, and so may stand for long. */
const LINGERING: readonly string[] = ["outOfGasMoney", "feeAboveCap"];

/**
 * Waits until every member is ready, connected to all others, without an alarm, and knows how the decisions ended.
 * Returns whether it was so in time.
 */
export async function untilSound(stage: ChaosStage, decisionIds: readonly Hex[]): Promise<boolean> {
  const probe = async (): Promise<true | undefined> => {
    const statuses = await statusesOf(stage);
    if (!statuses.every(isSound)) return undefined;
    const known = await Promise.all(decisionIds.map((decisionId) => isKnownToAll(stage, decisionId)));
    return known.every(Boolean) ? true : undefined;
  };
  const options = { intervalMs: ASK_MS, timeoutMs: RECOVERY_LIMIT_MS, signal: stage.signal };
  return (await pollUntil(probe, options)) ?? false;
}

/** Whether a committer is ready, connected to all others and without an alarm. */
export function isSound(status: CommitterStatus | undefined): boolean {
  if (status === undefined || !status.ready || status.epochs.length === 0) return false;
  return missedBy(status).length === 0 && status.alarms.every(({ alarm }) => LINGERING.includes(alarm));
}

async function isKnownToAll({ devnet, client }: ChaosStage, decisionId: Hex): Promise<boolean> {
  const members = devnet.committers.map(({ setup }) => setup);
  const [{ state }, reports] = await Promise.all([
    client.getDecision({ decisionId }),
    askCommitters(members, decisionId),
  ]);
  return (
    reports.length === members.length && reports.every((report) => report.state.toLowerCase() === state.toLowerCase())
  );
}
