import type { DecisionFacts } from "../decision/state.ts";
import { ANY_SEQUENCE } from "../decision/types.ts";
import type { DecisionWork } from "./state.ts";
import { type CommitterView, epochKey } from "./view.ts";

/** The facts a decision's state follows from, from the journal and the registries at the finalised block. */
export function factsOf(work: DecisionWork, view: CommitterView): DecisionFacts {
  const { decision, result, ending } = work;
  const retiredAt = view.committees.get(epochKey(decision.committeeId, decision.epoch))?.retiredAt;
  const movedAt = sequenceMovedAt(work, view);
  return {
    deadline: decision.deadline,
    ...(result === undefined ? {} : { result: { reply: result.reply, readyAt: result.readyAt } }),
    ...(ending === undefined ? {} : { ending: ending.kind }),
    ...(retiredAt === undefined ? {} : { epochRetiredAt: retiredAt }),
    ...(movedAt === undefined ? {} : { sequenceMovedAt: movedAt }),
  };
}

function sequenceMovedAt({ decision }: DecisionWork, view: CommitterView): bigint | undefined {
  const agent = view.agents.get(decision.agentId);
  const { expectedSequence, deadline } = decision;
  const hasMoved = expectedSequence !== ANY_SEQUENCE && agent !== undefined && agent.sequence > expectedSequence;
  return hasMoved ? (agent.landedAt.get(expectedSequence) ?? deadline) : undefined;
}
