import type { CommitterState, DecisionId, DecisionWork, JournalEvent } from "@synod/core";
import type { DecisionReport } from "../http/report.ts";

type Draft = {
  decisionId: DecisionId;
  agentId: string;
  committeeId: string;
  epoch: string;
  state: string;
  attestations: Map<number, string>;
  attesters?: readonly number[];
  result?: string;
  reply?: boolean;
  reason?: string;
  signers: readonly number[];
  attempts: number;
  refusal?: string;
  parked?: string;
  transactionHash?: string;
};

/** Closed decisions that are kept for the endpoints; older ones are on chain and in the journal. */
const KEPT_CLOSED = 10_000;

/**
 * What the endpoints say of decisions: a fold of the journal's events that outlives the work on a decision. It is for
 * people and tools; nothing that the committer does depends on it.
 */
export class DecisionReports {
  readonly #drafts = new Map<string, Draft>();

  /** Folds one event. */
  apply(event: JournalEvent): void {
    if (event.kind === "DecisionObserved") this.#open(event);
    const decisionId = decisionIdOf(event);
    const draft = decisionId === undefined ? undefined : this.#drafts.get(decisionId);
    if (draft !== undefined) change(draft, event);
  }

  /** Who attested the canonical result, as the chain recorded it. */
  setAttesters(decisionId: DecisionId, attesters: readonly number[]): void {
    const draft = this.#drafts.get(decisionId);
    if (draft !== undefined) draft.attesters = attesters;
  }

  /** The report of one decision, by lower-case id. */
  get(decisionId: string, state: CommitterState): DecisionReport | undefined {
    const draft = this.#drafts.get(decisionId);
    return draft && toReport(draft, state);
  }

  /** All reports, oldest first. */
  all(state: CommitterState): readonly DecisionReport[] {
    return [...this.#drafts.values()].map((draft) => toReport(draft, state));
  }

  #open({ decision }: Extract<JournalEvent, { kind: "DecisionObserved" }>): void {
    if (this.#drafts.has(decision.id)) return;
    const { id: decisionId, agentId, committeeId } = decision;
    const epoch = decision.epoch.toString();
    const blank = { state: "observed", attestations: new Map(), signers: [], attempts: 0 };
    this.#drafts.set(decisionId, { decisionId, agentId, committeeId, epoch, ...blank });
    this.#trim();
  }

  #trim(): void {
    if (this.#drafts.size <= KEPT_CLOSED) return;
    const oldest = [...this.#drafts.values()].find((draft) => draft.state.startsWith("closed:"));
    if (oldest !== undefined) this.#drafts.delete(oldest.decisionId);
  }
}

function decisionIdOf(event: JournalEvent): DecisionId | undefined {
  if ("attestation" in event) return event.attestation.decisionId;
  return "decisionId" in event ? event.decisionId : undefined;
}

function change(draft: Draft, event: JournalEvent): void {
  switch (event.kind) {
    case "DecisionRefused":
      draft.refusal = event.violations.map(({ message }) => message).join("; ");
      break;
    case "LobeAnswered":
      draft.reply ??= event.reply;
      draft.reason = event.reason;
      break;
    case "LobeUnanswered":
      draft.reason = event.reason;
      break;
    case "AttestationSigned":
    case "AttestationReceived": {
      const { memberIndex, reply, resultHash } = event.attestation;
      if (!draft.attestations.has(memberIndex)) draft.attestations.set(memberIndex, `${reply}:${resultHash}`);
      break;
    }
    case "ResultObserved":
      draft.result = `${event.reply}:${event.resultHash}`;
      draft.reply = event.reply;
      break;
    case "PolicyVerdictRecorded":
      if (event.verdict === "deny") draft.refusal = event.violations.map(({ message }) => message).join("; ");
      else delete draft.refusal;
      break;
    case "SigningAttemptStarted":
      draft.signers = event.signers;
      draft.attempts += 1;
      break;
    case "TransactionSent":
      if (event.purpose === "execute") draft.transactionHash = event.hash;
      break;
    case "DecisionParked":
      draft.parked = event.reason;
      break;
    case "DecisionClosed":
      draft.state = `closed:${event.state.toLowerCase()}`;
      break;
    default:
      break;
  }
}

/** Where an open decision stands, by the last thing that happened to it. */
function stateOf(work: DecisionWork | undefined): string {
  if (work === undefined) return "observed";
  if (work.parked !== undefined) return "parked";
  if (work.ending !== undefined) return work.ending.kind;
  if (work.validation?.kind === "refused") return "refused";
  if (work.signature !== undefined) return "signed";
  if (work.attempt?.outcome === "running") return "signing";
  if (work.readyBlock !== undefined) return "ready";
  if (work.result !== undefined) return work.result.reply ? "approved" : "rejected";
  if (work.ownAttestation !== undefined) return "attested";
  return work.validation?.kind === "valid" ? "validated" : "observed";
}

function toReport(draft: Draft, state: CommitterState): DecisionReport {
  const { attestations, result, signers, attempts, decisionId, agentId, committeeId, epoch, ...rest } = draft;
  const shown = result ?? [...attestations.values()][0];
  const heard = [...attestations].filter(([, said]) => said === shown).map(([member]) => member);
  const isClosed = draft.state.startsWith("closed:");
  const now = isClosed ? draft.state.slice("closed:".length) : stateOf(state.open.get(decisionId));
  return {
    ...rest,
    decisionId,
    agentId,
    committeeId,
    epoch,
    state: now,
    attesters: draft.attesters ?? heard.toSorted((a, b) => a - b),
    signers,
    attempts,
  };
}
