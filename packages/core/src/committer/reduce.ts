import type { DecisionId } from "../decision/ids.ts";
import type { TransactionWork } from "../execution/transaction.ts";
import type { PeerId } from "../ports/transport.ts";
import { type Change, changesOf } from "./changes.ts";
import type { JournalEvent } from "./events.ts";
import type { ClosedDecision, CommitterState, DecisionWork, Halt } from "./state.ts";

/** A state under construction; owned by the function that made it. */
interface Draft {
  open: Map<DecisionId, DecisionWork>;
  closed: Map<DecisionId, ClosedDecision>;
  transactions: Map<string, TransactionWork>;
  banned: Map<PeerId, string>;
  halt?: Halt;
}

/** The state after one more event. Total: an event that does not fit the state changes nothing. */
export function reduce(state: CommitterState, event: JournalEvent): CommitterState {
  const draft: Draft = {
    ...state,
    open: new Map(state.open),
    closed: new Map(state.closed),
    transactions: new Map(state.transactions),
    banned: new Map(state.banned),
  };
  for (const change of changesOf(state, event)) apply(draft, change);
  return draft;
}

/** The state a journal folds to: what a committer is after a restart. */
export function replay(events: Iterable<JournalEvent>): CommitterState {
  const draft: Draft = { open: new Map(), closed: new Map(), transactions: new Map(), banned: new Map() };
  for (const event of events) {
    for (const change of changesOf(draft, event)) apply(draft, change);
  }
  return draft;
}

function apply(draft: Draft, change: Change): void {
  switch (change.kind) {
    case "setWork":
      draft.open.set(change.work.decision.id, change.work);
      return;
    case "dropWork":
      draft.open.delete(change.decisionId);
      return;
    case "close":
      draft.open.delete(change.decisionId);
      draft.closed.set(change.decisionId, change.closed);
      return;
    case "setTransaction":
      if (change.work === undefined) draft.transactions.delete(change.key);
      else draft.transactions.set(change.key, change.work);
      return;
    case "ban":
      draft.banned.set(change.peer, change.code);
      return;
    case "setHalt":
      if (change.halt === undefined) delete draft.halt;
      else draft.halt = change.halt;
  }
}
