import type { Evidence } from "../envelope/evidence.ts";
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
  // keygen
  | "proofOfKnowledge"
  | "groupKeyIdentity"
  | "pairSetup"
  | "feldmanShare"
  | "zeroKeyShare"
  | "keyShareProof"
  | "recordMismatch"
  | "recordSignature"
  // presign
  | "pairBurnt"
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

/** Why a protocol stopped, as its own check sees it. */
export type AbortReason = {
  readonly code: AbortCode;
  readonly severity: Severity;
  /** Empty exactly when `blame` is nobody. */
  readonly culprits: readonly PartyIndex[];
  readonly blame: Blame;
};

/** Why a session stopped, with what the session engine knows beyond {@link AbortReason}. */
export type Abort = AbortReason & {
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

/** A check failed that anybody can repeat from the culprits' signed messages. */
export function blamePublicly(code: AbortCode, culprits: readonly PartyIndex[]): AbortReason {
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
