import type { DecisionId } from "../decision/ids.ts";
import {
  isVersionOf,
  reduceTransaction,
  type TransactionEvent,
  transactionKey,
} from "../execution/reduce-transactions.ts";
import type { TransactionWork } from "../execution/transaction.ts";
import { grossCharges } from "../policy/charges.ts";
import type { PeerId } from "../ports/transport.ts";
import { contradictionIn, type UniqueEvent } from "./contradictions.ts";
import type {
  DecisionClosed,
  DecisionObserved,
  DecisionReorged,
  JournalEvent,
  TransactionConfirmed,
} from "./events.ts";
import { reduceDecision, type WorkEvent } from "./reduce-decision.ts";
import type { ClosedDecision, CommitterState, DecisionWork, Halt } from "./state.ts";

/** One difference between two states. */
export type Change =
  | { readonly kind: "setWork"; readonly work: DecisionWork }
  | { readonly kind: "dropWork"; readonly decisionId: DecisionId }
  | { readonly kind: "close"; readonly decisionId: DecisionId; readonly closed: ClosedDecision }
  | { readonly kind: "setTransaction"; readonly key: string; readonly work: TransactionWork | undefined }
  | { readonly kind: "ban"; readonly peer: PeerId; readonly code: string }
  | { readonly kind: "setHalt"; readonly halt: Halt | undefined };

/** What an event changes. An event about a decision that is not open changes nothing of it. */
export function changesOf(state: CommitterState, event: JournalEvent): readonly Change[] {
  switch (event.kind) {
    case "DecisionObserved":
      return observe(state, event);
    case "DecisionReorged":
      return reorganise(state, event);
    case "DecisionClosed":
      return close(state, event);
    case "PeerBanned":
      return state.banned.has(event.peer) ? [] : [{ kind: "ban", peer: event.peer, code: event.code }];
    case "SigningHalted":
      return state.halt === undefined ? [{ kind: "setHalt", halt: { reason: event.reason } }] : [];
    case "SigningResumed":
      return [{ kind: "setHalt", halt: undefined }];
    case "TransactionPrepared":
    case "TransactionSent":
    case "TransactionDropped":
      return moveTransaction(state, event);
    case "TransactionConfirmed":
      return confirm(state, event);
    case "AttestationSigned":
    case "AttestationReceived":
      return changeWork(state, event.attestation.decisionId, event);
    case "SignClaimed":
    case "SignatureProduced":
    case "ResultObserved":
    case "EndingObserved":
      return changeUnlessContradicted(state, event);
    default:
      return changeWork(state, event.decisionId, event);
  }
}

function halt(reason: string): readonly Change[] {
  return [{ kind: "setHalt", halt: { reason } }];
}

function observe(state: CommitterState, event: DecisionObserved): readonly Change[] {
  const { decision, block, logIndex } = event;
  if (state.closed.has(decision.id)) return [];
  const known = state.open.get(decision.id);
  if (known?.block.hash === block.hash) return [];
  if (known?.finalised === true) return halt(`decision ${decision.id} moved to another block after it was final`);
  const work = { decision, block, logIndex, finalised: false, attestations: new Map(), failures: {}, landed: {} };
  return [{ kind: "setWork", work }];
}

function reorganise(state: CommitterState, event: DecisionReorged): readonly Change[] {
  const known = state.open.get(event.decisionId);
  const isGoneAfterFinality = known?.finalised === true || state.closed.has(event.decisionId);
  if (isGoneAfterFinality) return halt(`decision ${event.decisionId} was reorganised away after it was final`);
  return known === undefined ? [] : [{ kind: "dropWork", decisionId: event.decisionId }];
}

function close(state: CommitterState, event: DecisionClosed): readonly Change[] {
  const work = state.open.get(event.decisionId);
  if (work === undefined) return [];
  const { vault } = work.decision.action;
  const closed: ClosedDecision =
    work.ending?.kind === "executed"
      ? {
          state: event.state,
          vault,
          spending: { charges: grossCharges(work.decision.action), atBlock: work.ending.atBlock },
        }
      : { state: event.state, vault };
  return [{ kind: "close", decisionId: event.decisionId, closed }];
}

function moveTransaction(state: CommitterState, event: TransactionEvent): readonly Change[] {
  const key = transactionKey(event.purpose, event.decisionId);
  return [{ kind: "setTransaction", key, work: reduceTransaction(state.transactions, event) }];
}

/** The outcome of a hash that was never prepared is nobody's outcome. */
function confirm(state: CommitterState, event: TransactionConfirmed): readonly Change[] {
  const known = state.transactions.get(transactionKey(event.purpose, event.decisionId));
  if (known === undefined || !isVersionOf(known, event.hash)) return [];
  return [...moveTransaction(state, event), ...changeWork(state, event.decisionId, event)];
}

function changeWork(state: CommitterState, decisionId: DecisionId, event: WorkEvent): readonly Change[] {
  const work = state.open.get(decisionId);
  return work === undefined ? [] : [{ kind: "setWork", work: reduceDecision(work, event) }];
}

function changeUnlessContradicted(state: CommitterState, event: UniqueEvent): readonly Change[] {
  const work = state.open.get(event.decisionId);
  const contradiction = work && contradictionIn(work, event);
  return contradiction === undefined ? changeWork(state, event.decisionId, event) : halt(contradiction);
}
