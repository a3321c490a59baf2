import type { Attestation } from "../decision/attestation.ts";
import { toAgentId, toCommitteeId, toDecisionId, toEpoch, toMemberIndex } from "../decision/ids.ts";
import type { Action, Decision } from "../decision/types.ts";
import { CoreError } from "../errors.ts";
import type { SignedTransaction } from "../execution/transaction.ts";
import {
  address,
  count,
  flag,
  hex,
  list,
  map,
  natural,
  object,
  oneOf,
  optional,
  properties,
  type Reader,
  text,
} from "../reading/reader.ts";
import type { BlockRef, JournalEvent, TransactionConfirmed } from "./events.ts";

const id = map(text, toDecisionId);
const epoch = map(natural, toEpoch);
const memberIndex = map(count, toMemberIndex);
const block: Reader<BlockRef> = object({ number: natural, hash: hex(32) });
const violations = list(object({ code: text, message: text }));
const purpose = oneOf("postResult", "execute");

const action: Reader<Action> = object({
  chainId: natural,
  vault: address,
  calls: list(object({ target: address, value: natural, data: hex() })),
  bounds: list(object({ asset: address, maxOut: natural, minIn: natural })),
  gasFloor: natural,
  noNewAllowances: flag,
  allowances: list(object({ token: address, spender: address })),
  codePins: list(object({ account: address, codeHash: hex(32) })),
});

const decision: Reader<Decision> = object({
  id,
  agentId: map(text, toAgentId),
  submitter: address,
  action,
  payloadHash: hex(32),
  deadline: natural,
  expectedSequence: natural,
  expectedStateRoot: hex(32),
  predecessor: hex(32),
  salt: hex(32),
  committeeId: map(text, toCommitteeId),
  epoch,
  policyHash: hex(32),
  quorum: count,
  vetoWindow: natural,
});

const attestation: Reader<Attestation> = object({
  decisionId: id,
  memberIndex,
  reply: flag,
  resultHash: hex(32),
  signature: hex(65),
});

const transaction: Reader<SignedTransaction> = object({ hash: hex(32), raw: hex(), maxFeePerGasWei: natural });

const outcome: Reader<TransactionConfirmed["outcome"]> = (value, path) => {
  const read = object({ kind: oneOf("succeeded", "reverted"), reason: optional(text) })(value, path);
  return read.kind === "succeeded"
    ? { kind: "succeeded" }
    : { kind: "reverted", reason: text(read.reason, `${path}.reason`) };
};

type Readers = {
  readonly [Kind in JournalEvent["kind"]]: Reader<Extract<JournalEvent, { kind: Kind }>>;
};

const READERS: Readers = {
  DecisionObserved: object({ kind: oneOf("DecisionObserved"), decision, block, logIndex: count }),
  DecisionFinalised: object({ kind: oneOf("DecisionFinalised"), decisionId: id, block }),
  DecisionReorged: object({ kind: oneOf("DecisionReorged"), decisionId: id }),
  DecisionValidated: object({ kind: oneOf("DecisionValidated"), decisionId: id }),
  DecisionRefused: object({ kind: oneOf("DecisionRefused"), decisionId: id, violations }),
  LobeAnswered: object({ kind: oneOf("LobeAnswered"), decisionId: id, reply: flag, resultHash: hex(32), reason: text }),
  LobeUnanswered: object({ kind: oneOf("LobeUnanswered"), decisionId: id, reason: text, atBlock: natural }),
  AttestationSigned: object({ kind: oneOf("AttestationSigned"), attestation, atBlock: natural }),
  AttestationReceived: object({ kind: oneOf("AttestationReceived"), attestation, atBlock: natural }),
  ResultObserved: object({
    kind: oneOf("ResultObserved"),
    decisionId: id,
    reply: flag,
    resultHash: hex(32),
    readyAt: natural,
    block,
  }),
  DecisionReady: object({ kind: oneOf("DecisionReady"), decisionId: id, readyBlock: natural }),
  EndingObserved: object({
    kind: oneOf("EndingObserved"),
    decisionId: id,
    ending: oneOf("executed", "vetoed", "cancelled"),
    block,
  }),
  PolicyVerdictRecorded: object({
    kind: oneOf("PolicyVerdictRecorded"),
    decisionId: id,
    attempt: count,
    verdict: oneOf("allow", "deny"),
    violations,
    charges: list(object({ asset: address, amount: natural })),
    policyHash: hex(32),
    asOfBlock: natural,
  }),
  SignClaimed: object({ kind: oneOf("SignClaimed"), decisionId: id, epoch, digest: hex(32) }),
  SigningAttemptStarted: object({
    kind: oneOf("SigningAttemptStarted"),
    decisionId: id,
    attempt: count,
    signers: list(memberIndex),
  }),
  SigningAttemptAborted: object({
    kind: oneOf("SigningAttemptAborted"),
    decisionId: id,
    attempt: count,
    severity: oneOf("retry", "ban"),
    code: text,
    culprits: list(memberIndex),
  }),
  PeerBanned: object({ kind: oneOf("PeerBanned"), peer: hex(33), code: text, evidenceHash: hex(32) }),
  SignatureProduced: object({
    kind: oneOf("SignatureProduced"),
    decisionId: id,
    digest: hex(32),
    signature: hex(65),
    origin: oneOf("session", "peer"),
    atBlock: natural,
  }),
  TransactionPrepared: object({
    kind: oneOf("TransactionPrepared"),
    purpose,
    decisionId: id,
    nonce: count,
    transaction,
    atBlock: natural,
  }),
  TransactionSent: object({ kind: oneOf("TransactionSent"), purpose, decisionId: id, hash: hex(32), atBlock: natural }),
  TransactionConfirmed: object({
    kind: oneOf("TransactionConfirmed"),
    purpose,
    decisionId: id,
    hash: hex(32),
    outcome,
    atBlock: natural,
  }),
  TransactionDropped: object({ kind: oneOf("TransactionDropped"), purpose, decisionId: id, nonce: count }),
  TransactionRefused: object({
    kind: oneOf("TransactionRefused"),
    purpose,
    decisionId: id,
    reason: text,
    atBlock: natural,
  }),
  DecisionParked: object({ kind: oneOf("DecisionParked"), decisionId: id, reason: text }),
  DecisionClosed: object({
    kind: oneOf("DecisionClosed"),
    decisionId: id,
    state: oneOf("Executed", "Rejected", "Cancelled", "Vetoed", "Expired", "Stale"),
  }),
  SigningHalted: object({ kind: oneOf("SigningHalted"), reason: text }),
  SigningResumed: object({ kind: oneOf("SigningResumed"), note: text }),
};

function isKind(kind: unknown): kind is JournalEvent["kind"] {
  return typeof kind === "string" && Object.hasOwn(READERS, kind);
}

/**
 * A journal event from a stored value: the border where what a disk holds becomes an event. Errors:
 * `JOURNAL_EVENT_INVALID` for a kind that this version does not know or a field that is not what it was.
 */
export function parseJournalEvent(value: unknown): JournalEvent {
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  if (!isKind(kind)) {
    throw new CoreError({ code: "JOURNAL_EVENT_INVALID", kind: String(kind), reason: "the kind is unknown" });
  }
  try {
    return READERS[kind](properties(value, kind), kind);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw new CoreError({ code: "JOURNAL_EVENT_INVALID", kind, reason: error.message });
  }
}
