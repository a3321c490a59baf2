import type { Action } from "@synod/core";
import type { AgentRecord, DecisionRecord } from "@synod/sdk";
import { formatPairs } from "../output/table.ts";
import { describeAction, type TokenUnits } from "./describe-action.ts";

/**
 * All facts of a decision for a person, and its action when it is known.
 * @param pausedUntil until when its agent executes nothing, from {@link pauseAt}; undefined when it may
 */
export function describeDecision(
  decision: DecisionRecord,
  action: Action | undefined,
  tokens: readonly TokenUnits[],
  pausedUntil?: bigint,
): readonly string[] {
  const facts = formatPairs([
    ["decision", decision.id],
    ["state", decision.state],
    ["agent", decision.agentId],
    ["committee", `${decision.committeeId} epoch ${decision.epoch}`],
    ["submitted", `${formatTime(decision.submittedAt)} by ${decision.submitter}`],
    ["deadline", formatTime(decision.deadline)],
    ...(decision.predecessor === undefined ? [] : [["after", decision.predecessor] as const]),
    ["result", describeResult(decision)],
    ["executed", decision.executedAt === undefined ? "no" : formatTime(decision.executedAt)],
    ...(pausedUntil === undefined
      ? []
      : [["paused", `the agent executes nothing until ${formatTime(pausedUntil)}`] as const]),
    ["payload hash", decision.payloadHash],
  ]);
  return action === undefined ? facts : [...facts, "", ...describeAction(action, tokens)];
}

/** Until when an agent's guardian has paused its executions, if the pause still lasts at this chain time. */
export function pauseAt({ pausedUntil }: Pick<AgentRecord, "pausedUntil">, now: bigint): bigint | undefined {
  return pausedUntil !== undefined && now < pausedUntil ? pausedUntil : undefined;
}

/** A chain time as UTC, to the second. */
export function formatTime(seconds: bigint): string {
  const time = new Date(Number(seconds) * 1000);
  return Number.isNaN(time.getTime()) ? `${seconds} s` : `${time.toISOString().slice(0, 19)}Z`;
}

function describeResult({ result }: DecisionRecord): string {
  if (result === undefined) return "none yet";
  const reply = result.reply ? "approved" : "rejected";
  return `${reply} at ${formatTime(result.resolvedAt)}, attested by members ${result.attesters.join(", ")}`;
}
