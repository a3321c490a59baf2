import type { CloseDecision, Park } from "@synod/core";
import type { Handler } from "../context.ts";

/** Gives up on a decision that keeps failing; only the chain's facts can still close it. */
export const park: Handler<Park> = async ({ alarms, log }, { decisionId, reason }) => {
  alarms.raise("decisionParked", `decision ${decisionId} is parked: ${reason}`);
  log.warn("decision parked", { decisionId, reason });
  return [{ kind: "DecisionParked", decisionId, reason }];
};

/** Drops the work of a decision whose state is final on chain. */
export const closeDecision: Handler<CloseDecision> = async (context, { decisionId, state }) => {
  context.log.info("decision closed", { decisionId, state });
  const others = [...context.state().open.values()].filter(({ decision }) => decision.id !== decisionId);
  if (others.every(({ parked }) => parked === undefined)) context.alarms.clear("decisionParked");
  return [{ kind: "DecisionClosed", decisionId, state }];
};
