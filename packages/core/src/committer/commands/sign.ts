import type { Command } from "../command.ts";
import { attemptAt, signingSet } from "../signing-set.ts";
import type { Seat } from "./context.ts";

/**
 * One attempt per period of the block clock: first a fresh verdict for this very attempt, then, if it allows and this
 * committer is in the set, claim and sign. An attempt that was started is never given again, whatever became of it.
 */
export function signCommands({ state, view, work, committee, self }: Seat): readonly Command[] {
  const decisionId = work.decision.id;
  if (work.result === undefined) return [];
  if (work.readyBlock === undefined) {
    const { readyAt, block } = work.result;
    return [{ kind: "FindReadyBlock", decisionId, readyAt, fromBlock: block.number }];
  }
  if (view.finality === "stalled" || view.headExecuted.has(decisionId)) return [];
  const attempt = attemptAt(view.finalised.number, work.readyBlock, view.settings.attemptBlocks);
  if (attempt === undefined || attempt <= (work.attempt?.attempt ?? -1)) return [];
  if (work.verdict?.attempt !== attempt) return [{ kind: "CheckPolicy", decisionId, attempt }];
  if (work.verdict.verdict === "deny") return [];
  const signers = signingSet(decisionId, attempt, committee, { connected: view.connected, banned: state.banned });
  if (signers === undefined || !signers.includes(self)) return [];
  return [{ kind: "ClaimAndSign", decisionId, attempt, signers }];
}
