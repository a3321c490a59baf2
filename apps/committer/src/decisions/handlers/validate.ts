import {
  type DecisionWork,
  explainDecisionViolation,
  toCommitteeId,
  toEpoch,
  type ValidateDecision,
  type ValidationContext,
  validateDecision,
} from "@synod/core";
import type { Hex } from "viem";
import type { DecisionContext, Handler } from "../context.ts";

/** Chain time that must be left for attesting and signing besides the veto window. */
const MARGIN_SECONDS = 5n;

/** The data of the submission's log, read again from its finalised block. */
async function readEventData({ reader }: DecisionContext, work: DecisionWork): Promise<Hex | undefined> {
  const events = await reader.events(work.block.number, work.block.number);
  const event = events.find(({ logIndex, blockHash }) => logIndex === work.logIndex && blockHash === work.block.hash);
  return event?.eventName === "DecisionSubmitted" && event.args.decisionId === work.decision.id
    ? event.data
    : undefined;
}

/** The chain's facts at the finalised block of the moment. */
async function readContext(context: DecisionContext, { decision }: DecisionWork): Promise<ValidationContext> {
  const { reader, chainId, decisionRegistry } = context;
  const { number, time } = context.view().finalised;
  const [facts, agent, active] = await Promise.all([
    reader.decisionFacts(decision.id, number),
    reader.agentFacts(decision.agentId, number),
    reader.activeEpoch(decision.committeeId, number),
  ]);
  const { committeeId, vault, submitter } = agent.terms;
  return {
    result: facts.resolvedAt === 0n ? "open" : "recorded",
    chainId,
    decisionRegistry,
    storedPayloadHash: facts.payloadHash,
    agent: { committeeId: toCommitteeId(committeeId), vault, submitter, sequence: agent.sequence },
    ...(active === 0n ? {} : { activeEpoch: toEpoch(active) }),
    now: time,
    marginSeconds: MARGIN_SECONDS,
  };
}

/** Checks the finalised record of a decision against the chain before anything is attested. */
export const validate: Handler<ValidateDecision> = async (context, { decisionId }) => {
  const work = context.state().open.get(decisionId);
  if (work === undefined) return [];
  const eventData = await readEventData(context, work);
  if (eventData === undefined) {
    context.log.warn("the submission is not where it was", { decisionId, blockNumber: work.block.number });
    return [];
  }
  const found = validateDecision({ decision: work.decision, eventData }, await readContext(context, work));
  if (found.length === 0) return [{ kind: "DecisionValidated", decisionId }];
  const violations = found.map((violation) => ({ code: violation.code, message: explainDecisionViolation(violation) }));
  for (const { code, message } of violations)
    context.log.warn("decision refused", { decisionId, code, reason: message });
  return [{ kind: "DecisionRefused", decisionId, violations }];
};
