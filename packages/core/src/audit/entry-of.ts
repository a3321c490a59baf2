import type { JournalEvent } from "../committer/events.ts";
import type { AuditEntry } from "./record.ts";

/**
 * The audit entry of a journal event: what was decided, by whom, over which digest and in which transaction.
 * `undefined` for events that only move work along. Never holds more than the journal, which holds no secret.
 */
export function auditEntryOf(event: JournalEvent): AuditEntry | undefined {
  const details = detailsOf(event);
  return details === undefined ? undefined : { fact: event.kind, details };
}

function detailsOf(event: JournalEvent): AuditEntry["details"] | undefined {
  switch (event.kind) {
    case "AttestationSigned":
    case "AttestationReceived": {
      const { decisionId, memberIndex, reply, resultHash } = event.attestation;
      return { decisionId, memberIndex: `${memberIndex}`, reply: `${reply}`, resultHash };
    }
    case "PeerBanned":
      return { peer: event.peer, code: event.code, evidenceHash: event.evidenceHash };
    case "SigningHalted":
      return { reason: event.reason };
    case "SigningResumed":
      return { note: event.note };
    default:
      return decisionDetails(event);
  }
}

type DecisionEvent = Exclude<
  JournalEvent,
  { kind: "AttestationSigned" | "AttestationReceived" | "PeerBanned" | "SigningHalted" | "SigningResumed" }
>;

function decisionDetails(event: DecisionEvent): AuditEntry["details"] | undefined {
  switch (event.kind) {
    case "DecisionFinalised":
      return { decisionId: event.decisionId, block: event.block.hash };
    case "DecisionRefused":
      return { decisionId: event.decisionId, violations: event.violations.map(({ code }) => code).join(",") };
    case "LobeAnswered": {
      const { decisionId, reply, resultHash, reason } = event;
      return { decisionId, reply: `${reply}`, resultHash, reason };
    }
    case "ResultObserved": {
      const { decisionId, reply, resultHash, block } = event;
      return { decisionId, reply: `${reply}`, resultHash, block: block.hash };
    }
    case "PolicyVerdictRecorded": {
      const { decisionId, attempt, verdict, policyHash, asOfBlock } = event;
      return { decisionId, attempt: `${attempt}`, verdict, policyHash, asOfBlock: `${asOfBlock}` };
    }
    case "SignClaimed":
      return { decisionId: event.decisionId, epoch: `${event.epoch}`, digest: event.digest };
    case "SigningAttemptStarted":
      return { decisionId: event.decisionId, attempt: `${event.attempt}`, signers: event.signers.join(",") };
    case "SigningAttemptAborted": {
      const { decisionId, attempt, severity, code, culprits } = event;
      return { decisionId, attempt: `${attempt}`, severity, code, culprits: culprits.join(",") };
    }
    case "SignatureProduced":
      return { decisionId: event.decisionId, digest: event.digest, signature: event.signature, origin: event.origin };
    case "TransactionConfirmed": {
      const { decisionId, purpose, hash, outcome } = event;
      return { decisionId, purpose, hash, outcome: outcome.kind };
    }
    case "EndingObserved":
      return { decisionId: event.decisionId, ending: event.ending, block: event.block.hash };
    case "DecisionParked":
      return { decisionId: event.decisionId, reason: event.reason };
    case "DecisionClosed":
      return { decisionId: event.decisionId, state: event.state };
    case "DecisionObserved":
    case "DecisionReorged":
    case "DecisionValidated":
    case "LobeUnanswered":
    case "DecisionReady":
    case "TransactionPrepared":
    case "TransactionSent":
    case "TransactionDropped":
    case "TransactionRefused":
      return undefined;
  }
}
