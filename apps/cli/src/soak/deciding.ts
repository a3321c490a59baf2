import { setTimeout as delay } from "node:timers/promises";
import { isTerminal } from "@synod/core";
import type { Hex } from "viem";
import { type ChaosStage, submitPayment } from "../chaos/chaos-stage.ts";
import { pollUntil } from "../devnet/poll-until.ts";

/** Decisions under way at once: below what one agent may have approved at the same time. */
const MOST_OPEN = 8;

/** A decision is submitted so often, when fewer than {@link MOST_OPEN} are open. */
const INTERVAL_MS = 3_000;

/** Longest that what is open may take when faults are over. */
const DRAIN_LIMIT_MS = 180_000;
const ASK_MS = 1_000;

/** What became of all decisions. */
export type Decided = {
  readonly submitted: number;
  /** How often each was carried out, by the vault's own log, to how many decisions that happened. */
  readonly executions: Readonly<Record<number, number>>;
  /** Executions of anything that was not submitted here. */
  readonly strange: number;
};

/** Submits decisions one after the other until `isOver`, then waits for those that are open. */
export async function keepDeciding(stage: ChaosStage, isOver: () => boolean): Promise<readonly Hex[]> {
  const submitted: Hex[] = [];
  let open: readonly Hex[] = [];
  while (!isOver()) {
    open = await stillOpen(stage, open);
    if (open.length < MOST_OPEN) {
      const decisionId = await submitPayment(stage);
      submitted.push(decisionId);
      open = [...open, decisionId];
    }
    await delay(INTERVAL_MS, undefined, { signal: stage.signal });
  }
  return submitted;
}

/** Waits until none of the decisions is open any more, or a limit is reached. */
export async function drain(stage: ChaosStage, submitted: readonly Hex[]): Promise<void> {
  let open = submitted;
  const probe = async (): Promise<true | undefined> => {
    open = await stillOpen(stage, open);
    return open.length === 0 ? true : undefined;
  };
  await pollUntil(probe, { intervalMs: ASK_MS, timeoutMs: DRAIN_LIMIT_MS, signal: stage.signal });
}

/** How often each of the decisions stands among what was carried out. */
export function tally(submitted: readonly Hex[], carriedOut: readonly Hex[]): Decided {
  const counts = new Map(submitted.map((decisionId) => [decisionId, 0]));
  let strange = 0;
  for (const decisionId of carriedOut) {
    const count = counts.get(decisionId);
    if (count === undefined) strange += 1;
    else counts.set(decisionId, count + 1);
  }
  const executions: Record<number, number> = {};
  for (const count of counts.values()) executions[count] = (executions[count] ?? 0) + 1;
  return { submitted: submitted.length, executions, strange };
}

async function stillOpen({ client }: ChaosStage, decisionIds: readonly Hex[]): Promise<readonly Hex[]> {
  const records = await Promise.all(decisionIds.map((decisionId) => client.getDecision({ decisionId })));
  return records.filter(({ state }) => !isTerminal(state)).map(({ id }) => id);
}
