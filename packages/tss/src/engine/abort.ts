import type { Evidence, MessageFault } from "../evidence/evidence.ts";
import type { PartyIndex } from "../math/party-index.ts";

/** Which check ended a session. The documents in docs/protocol list every code with its severity and culprit. */
export type AbortCode =
  // any session
  | "equivocation"
  | "malformedMessage"
  | "viewMismatch"
  | "nonceReused"
  | "commitmentReused"
  | "echoMismatch"
  | "commitmentOpening"
  | "expired"
  // presign and renewal: this party's own share is gone
  | "keyShareWiped"
  // keygen
  | "proofOfKnowledge"
  | "groupKeyIdentity"
  | "pairSetup"
  | "feldmanShare"
  | "zeroKeyShare"
  | "keyShareProof"
  | "recordMismatch"
  | "recordSignature"
  // reshare, beside those of keygen
  | "dealerAnchor"
  | "chainCodeMismatch"
  // presign
  | "pairBurnt"
  | "pairMismatch"
  | "cotCheck"
  | "voleCheck"
  | "inputConsistency"
  | "keySumMismatch"
  | "nonceIdentity"
  // sign
  | "degenerateSignature"
  | "invalidSignature";

/**
 * retry: the session is burnt and a new one may include the same parties. ban: the pair (self, culprit) never computes
 * together again in this epoch.
 */
export type Severity = "retry" | "ban";

/**
 * public: the evidence convinces anybody. pairwise: only this party can know. nobody: the fault has no name.
 */
export type Blame = "public" | "pairwise" | "nobody";

/** Which of a culprit's messages prove a failed check to anybody (docs/protocol/evidence.md). */
export type ProofParts = {
  /** Rounds of the messages, ascending. */
  readonly rounds: readonly number[];
  /** Whether the direct payload of the last round, if this party received one, is opened. */
  readonly opensDirect?: boolean;
  /** Openings of all parties, ascending, if the check depends on them. */
  readonly openings?: readonly Uint8Array[];
};

/** Why a protocol stopped, as its own check sees it. */
export type AbortReason = {
  readonly code: AbortCode;
  readonly severity: Severity;
  /** Empty exactly when `blame` is nobody. */
  readonly culprits: readonly PartyIndex[];
  readonly blame: Blame;
  /** Of what the engine shall make the evidence. */
  readonly proof?: ProofParts & { readonly fault: MessageFault };
};

/** Why a session stopped, with what the session engine knows beyond {@link AbortReason}. */
export type Abort = Omit<AbortReason, "proof"> & {
  /** Round whose messages were awaited or checked, from 1. */
  readonly round: number;
  /** Parties whose message of that round had not come. Silence is not blame: it may be the network. */
  readonly silent: readonly PartyIndex[];
  readonly evidence: readonly Evidence[];
};

/** A check failed that names no one. */
export function blameNobody(code: AbortCode): AbortReason {
  return { code, severity: "retry", culprits: [], blame: "nobody" };
}

/** A check failed that anybody can repeat from the culprits' signed messages; `parts` says from which. */
export function blamePublicly(code: MessageFault, culprits: readonly PartyIndex[], parts: ProofParts): AbortReason {
  return { ...blameWithEvidence(code, culprits), proof: { ...parts, fault: code } };
}

/** As {@link blamePublicly}, where the engine itself holds the evidence. */
export function blameWithEvidence(code: AbortCode, culprits: readonly PartyIndex[]): AbortReason {
  return { code, severity: "retry", culprits, blame: "public" };
}

/** A check on direct payloads failed that does not leak a long-lived secret. */
export function blamePairwise(code: AbortCode, culprits: readonly PartyIndex[]): AbortReason {
  return { code, severity: "retry", culprits, blame: "pairwise" };
}

/** A check failed whose repetition would leak a long-lived secret. */
export function banPairs(code: AbortCode, culprits: readonly PartyIndex[]): AbortReason {
  return { code, severity: "ban", culprits, blame: "pairwise" };
}
