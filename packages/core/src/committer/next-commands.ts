import { deriveState, isTerminal } from "../decision/state.ts";
import type { Command } from "./command.ts";
import { commandKey } from "./command-key.ts";
import { attestCommands } from "./commands/attest.ts";
import type { Seat } from "./commands/context.ts";
import { executeCommands } from "./commands/execute.ts";
import { postResultCommands } from "./commands/post-result.ts";
import { signCommands } from "./commands/sign.ts";
import { transactionCommands } from "./commands/transactions.ts";
import { factsOf } from "./facts.ts";
import type { CommitterState, DecisionWork } from "./state.ts";
import { type CommitterView, epochKey } from "./view.ts";

/**
 * Everything a committer should do next, without what `view.issued` says is under way. Pure: the same state and view
 * give the same commands, and each decision's commands depend on that decision alone. The journal must hold all events
 * up to `view.finalised`; otherwise a registry's facts could be newer than a decision's.
 */
export function nextCommands(state: CommitterState, view: CommitterView): readonly Command[] {
  const commands = [
    ...[...state.transactions.values()].flatMap((work) => transactionCommands(work, view)),
    ...[...state.open.values()].flatMap((work) => decisionCommands(state, view, work)),
  ];
  return commands.filter((command) => !view.issued.has(commandKey(command)));
}

function decisionCommands(state: CommitterState, view: CommitterView, work: DecisionWork): readonly Command[] {
  if (!work.finalised) return [];
  const decisionId = work.decision.id;
  const now = deriveState(factsOf(work, view), view.finalised.time);
  if (isTerminal(now)) return [{ kind: "CloseDecision", decisionId, state: now }];
  if (state.halt !== undefined || work.parked !== undefined) return [];
  if (work.validation === undefined) return [{ kind: "ValidateDecision", decisionId }];
  const seat = seatOf(state, view, work);
  if (work.validation.kind === "refused" || seat === undefined) return [];
  switch (now) {
    case "Pending":
      return [...attestCommands(seat), ...postResultCommands(seat)];
    case "Approved":
      return [];
    case "Ready":
      return work.signature === undefined ? signCommands(seat) : executeCommands(seat);
  }
}

/** This committer's seat in the decision's epoch; `undefined` when it has none, or may not take it now. */
function seatOf(state: CommitterState, view: CommitterView, work: DecisionWork): Seat | undefined {
  const committee = view.committees.get(epochKey(work.decision.committeeId, work.decision.epoch));
  if (committee?.self === undefined || committee.isPaused) return undefined;
  return { state, view, work, committee, self: committee.self };
}
