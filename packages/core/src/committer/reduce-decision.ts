import type { Attestation } from "../decision/attestation.ts";
import type { TransactionPurpose } from "../execution/transaction.ts";
import type {
  AttestationReceived,
  AttestationSigned,
  DecisionFinalised,
  DecisionReady,
  JournalEvent,
  LobeAnswered,
  LobeUnanswered,
  PolicyVerdictRecorded,
  ResultObserved,
  SignatureProduced,
  SignClaimed,
  SigningAttemptAborted,
  SigningAttemptStarted,
  TransactionConfirmed,
} from "./events.ts";
import type { DecisionWork } from "./state.ts";

/** Events that add a fact to one open decision and to nothing else. */
export type WorkEvent = Exclude<
  JournalEvent,
  {
    kind:
      | "DecisionObserved"
      | "DecisionReorged"
      | "DecisionClosed"
      | "PeerBanned"
      | "SigningHalted"
      | "SigningResumed"
      | "TransactionPrepared"
      | "TransactionSent"
      | "TransactionDropped";
  }
>;

/**
 * One open decision after one event. What cannot be true any more is ignored: a second answer of the lobe, a second
 * attestation of a member, an attempt that is not newer than the last. What contradicts what is known of a digest, a
 * result or an ending never gets here: it halts the committer.
 */
export function reduceDecision(work: DecisionWork, event: WorkEvent): DecisionWork {
  switch (event.kind) {
    case "DecisionFinalised":
      return finalise(work, event);
    case "DecisionValidated":
      return work.validation === undefined ? { ...work, validation: { kind: "valid" } } : work;
    case "DecisionRefused":
      return work.validation === undefined
        ? { ...work, validation: { kind: "refused", violations: event.violations } }
        : work;
    case "LobeAnswered":
      return answer(work, event);
    case "LobeUnanswered":
      return missAnswer(work, event);
    case "AttestationSigned":
      return attest(work, event);
    case "AttestationReceived":
      return collect(work, event.attestation, event);
    case "ResultObserved":
      return resolve(work, event);
    case "DecisionReady":
      return makeReady(work, event);
    case "EndingObserved":
      return work.ending === undefined
        ? { ...work, ending: { kind: event.ending, atBlock: event.block.number } }
        : work;
    case "PolicyVerdictRecorded":
      return judge(work, event);
    case "SignClaimed":
      return claim(work, event);
    case "SigningAttemptStarted":
      return startAttempt(work, event);
    case "SigningAttemptAborted":
      return abortAttempt(work, event);
    case "SignatureProduced":
      return keepSignature(work, event);
    case "TransactionConfirmed":
      return event.outcome.kind === "succeeded" ? land(work, event) : fail(work, event, event.outcome.reason);
    case "TransactionRefused":
      return fail(work, event, event.reason);
    case "DecisionParked":
      return work.parked === undefined ? { ...work, parked: event.reason } : work;
  }
}

function finalise(work: DecisionWork, event: DecisionFinalised): DecisionWork {
  return event.block.hash === work.block.hash ? { ...work, finalised: true } : work;
}

function answer(work: DecisionWork, event: LobeAnswered): DecisionWork {
  if (work.lobe?.kind === "answered") return work;
  const { reply, resultHash, reason } = event;
  return { ...work, lobe: { kind: "answered", reply, resultHash, reason } };
}

function missAnswer(work: DecisionWork, event: LobeUnanswered): DecisionWork {
  if (work.lobe?.kind === "answered") return work;
  const failures = (work.lobe?.failures ?? 0) + 1;
  return { ...work, lobe: { kind: "silent", failures, atBlock: event.atBlock } };
}

function attest(work: DecisionWork, event: AttestationSigned): DecisionWork {
  if (work.ownAttestation !== undefined) return work;
  return { ...collect(work, event.attestation, event), ownAttestation: event.attestation };
}

function collect(
  work: DecisionWork,
  attestation: Attestation,
  event: AttestationSigned | AttestationReceived,
): DecisionWork {
  if (work.attestations.has(attestation.memberIndex)) return work;
  const attestations = new Map(work.attestations);
  attestations.set(attestation.memberIndex, { attestation, atBlock: event.atBlock });
  return { ...work, attestations };
}

function resolve(work: DecisionWork, event: ResultObserved): DecisionWork {
  if (work.result !== undefined) return work;
  const { reply, resultHash, readyAt, block } = event;
  return { ...work, result: { reply, resultHash, readyAt, block } };
}

function makeReady(work: DecisionWork, event: DecisionReady): DecisionWork {
  const isExpected = work.result?.reply === true && work.readyBlock === undefined;
  return isExpected ? { ...work, readyBlock: event.readyBlock } : work;
}

function judge(work: DecisionWork, event: PolicyVerdictRecorded): DecisionWork {
  const { attempt, verdict, policyHash, asOfBlock } = event;
  if (work.verdict !== undefined && work.verdict.attempt > attempt) return work;
  return { ...work, verdict: { attempt, verdict, policyHash, asOfBlock } };
}

function claim(work: DecisionWork, event: SignClaimed): DecisionWork {
  return work.claim === undefined ? { ...work, claim: { epoch: event.epoch, digest: event.digest } } : work;
}

function startAttempt(work: DecisionWork, event: SigningAttemptStarted): DecisionWork {
  if (work.attempt !== undefined && work.attempt.attempt >= event.attempt) return work;
  return { ...work, attempt: { attempt: event.attempt, signers: event.signers, outcome: "running" } };
}

function abortAttempt(work: DecisionWork, event: SigningAttemptAborted): DecisionWork {
  if (work.attempt?.attempt !== event.attempt) return work;
  return { ...work, attempt: { ...work.attempt, outcome: "aborted" } };
}

function keepSignature(work: DecisionWork, event: SignatureProduced): DecisionWork {
  if (work.signature !== undefined) return work;
  const { digest, signature, atBlock } = event;
  return { ...work, signature: { digest, signature, atBlock } };
}

function land(work: DecisionWork, event: TransactionConfirmed): DecisionWork {
  return { ...work, landed: { ...work.landed, [event.purpose]: event.hash } };
}

function fail(
  work: DecisionWork,
  event: { readonly purpose: TransactionPurpose; readonly atBlock: bigint },
  reason: string,
): DecisionWork {
  const count = (work.failures[event.purpose]?.count ?? 0) + 1;
  return { ...work, failures: { ...work.failures, [event.purpose]: { count, atBlock: event.atBlock, reason } } };
}
