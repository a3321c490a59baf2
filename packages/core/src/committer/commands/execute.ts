import type { Command } from "../command.ts";
import { periodOf, type Seat } from "./context.ts";
import { isOwnTurn } from "./submission.ts";

/** With the signature at hand: let all members have it, and execute in the order of the decision. */
export function executeCommands(seat: Seat): readonly Command[] {
  const { work, view } = seat;
  const decisionId = work.decision.id;
  const held = work.signature;
  if (held === undefined || view.headExecuted.has(decisionId)) return [];
  const failures = work.failures.execute;
  if (failures !== undefined && failures.count >= view.settings.maxFailures) {
    return [{ kind: "Park", decisionId, reason: failures.reason }];
  }
  const period = periodOf(view.head.number, held.atBlock, view.settings.attemptBlocks);
  const commands: Command[] = [{ kind: "RebroadcastSignature", decisionId, period }];
  if (view.head.time <= work.decision.deadline && isOwnTurn(seat, "execute", held.atBlock)) {
    commands.push({ kind: "Execute", decisionId, signature: held.signature, failures: failures?.count ?? 0 });
  }
  return commands;
}
