/** States a decision can be in; derived from facts, never stored. */
export type DecisionState =
  | "Pending"
  | "Approved"
  | "Ready"
  | "Executed"
  | "Rejected"
  | "Cancelled"
  | "Vetoed"
  | "Expired"
  | "Stale";

/** States that never change again. */
export type TerminalState = Exclude<DecisionState, "Pending" | "Approved" | "Ready">;

/** The facts a decision's state follows from. All times are seconds of chain time. */
export interface DecisionFacts {
  readonly deadline: bigint;
  /** When the agent's sequence moved past the expected one; absent: it has not, or the decision is not bound to it. */
  readonly sequenceMovedAt?: bigint;
  /** When the epoch that was active at submission retired; absent: it has not. */
  readonly epochRetiredAt?: bigint;
  /** The canonical result; absent: unresolved. */
  readonly result?: { readonly reply: boolean; readonly readyAt: bigint };
  readonly ending?: "executed" | "vetoed" | "cancelled";
}

/**
 * State of a decision at a time, by the rules of the decision registry: endings and rejection first, then staleness
 * that came no later than the deadline, then expiry, then the veto window. `now` must not lie before any of the facts.
 */
export function deriveState(facts: DecisionFacts, now: bigint): DecisionState {
  if (facts.ending === "executed") return "Executed";
  if (facts.ending === "vetoed") return "Vetoed";
  if (facts.ending === "cancelled") return "Cancelled";
  if (facts.result?.reply === false) return "Rejected";
  if (isStale(facts)) return "Stale";
  if (now > facts.deadline) return "Expired";
  if (facts.result === undefined) return "Pending";
  return now < facts.result.readyAt ? "Approved" : "Ready";
}

/** Whether a state is final. */
export function isTerminal(state: DecisionState): state is TerminalState {
  return state !== "Pending" && state !== "Approved" && state !== "Ready";
}

function isStale(facts: DecisionFacts): boolean {
  if (happenedInTime(facts.epochRetiredAt, facts.deadline)) return true;
  return facts.result === undefined && happenedInTime(facts.sequenceMovedAt, facts.deadline);
}

/** Compared with the deadline and not with the present, so that a final state never changes. */
function happenedInTime(at: bigint | undefined, deadline: bigint): boolean {
  return at !== undefined && at <= deadline;
}
