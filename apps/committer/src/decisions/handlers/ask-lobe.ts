import type { AskLobe } from "@synod/core";
import { resultHashOf } from "../../lobes/lobe.ts";
import type { Handler } from "../context.ts";

/** Asks the agent's lobe. Without a lobe, or without an answer, nothing is attested; it is asked again later. */
export const askLobe: Handler<AskLobe> = async (context, { decisionId }) => {
  const work = context.state().open.get(decisionId);
  if (work === undefined) return [];
  const { decision, block } = work;
  const lobe = context.lobes(decision.agentId);
  const submittedAt = (await context.reader.block(block.number)).time;
  const answer =
    lobe === undefined
      ? ({ kind: "noAnswer", reason: "no lobe is set for this agent" } as const)
      : await lobe.ask({ decision, submittedAt }, context.signal);
  if (context.signal.aborted) return [];
  if (answer.kind === "noAnswer") {
    context.log.warn("the lobe gave no answer", { decisionId, agentId: decision.agentId, reason: answer.reason });
    return [{ kind: "LobeUnanswered", decisionId, reason: answer.reason, atBlock: context.view().head.number }];
  }
  const { reply, reason } = answer;
  context.log.info("the lobe answered", { decisionId, reply, reason });
  return [{ kind: "LobeAnswered", decisionId, reply, reason, resultHash: resultHashOf(answer) }];
};
