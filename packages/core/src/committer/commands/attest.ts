import type { Command } from "../command.ts";
import { periodOf, type Seat } from "./context.ts";

/** Ask the lobe once, sign what it said, and keep telling the others until the chain has the result. */
export function attestCommands({ work, view, self }: Seat): readonly Command[] {
  const decisionId = work.decision.id;
  if (work.lobe?.kind !== "answered") return askLobe(work, view);
  if (work.ownAttestation === undefined) {
    const { reply, resultHash } = work.lobe;
    return [{ kind: "SignAttestation", decisionId, memberIndex: self, reply, resultHash }];
  }
  const period = periodOf(view.head.number, work.block.number, view.settings.attemptBlocks);
  return [{ kind: "BroadcastAttestation", decisionId, period }];
}

function askLobe(work: Seat["work"], view: Seat["view"]): readonly Command[] {
  const decisionId = work.decision.id;
  if (work.lobe?.kind !== "silent") return [{ kind: "AskLobe", decisionId, failures: 0 }];
  const isEarly = view.head.number < work.lobe.atBlock + view.settings.attemptBlocks;
  return isEarly ? [] : [{ kind: "AskLobe", decisionId, failures: work.lobe.failures }];
}
