import type { AgreedTerms } from "../engine/context.ts";
import type { SignedEnvelope } from "../envelope/envelope.ts";
import type { OpenedDirect, SignedMessage } from "../envelope/message.ts";

/**
 * Faults that the culprit's own messages prove (docs/protocol/evidence.md). The position in this list is the number of
 * the fault in the encoding: append only.
 */
export const MESSAGE_FAULTS = [
  "malformedMessage",
  "commitmentOpening",
  "proofOfKnowledge",
  "feldmanShare",
  "recordMismatch",
  "keyShareProof",
  "recordSignature",
  "dealerAnchor",
  "chainCodeMismatch",
] as const;

/** A fault that the culprit's own messages prove. */
export type MessageFault = (typeof MESSAGE_FAULTS)[number];

/** Two different envelopes signed for one slot. */
export type EquivocationEvidence = {
  readonly kind: "equivocation";
  /** What the session was about; its hash is the handle in both envelopes. */
  readonly terms: AgreedTerms;
  readonly first: SignedEnvelope;
  readonly second: SignedEnvelope;
};

/** What one party signed in one session, for a fault that anybody can recompute from it. */
export type MessagesEvidence = {
  readonly kind: "messages";
  readonly fault: MessageFault;
  readonly terms: AgreedTerms;
  /** The culprit's messages that the fault needs, one for each round, ascending. */
  readonly messages: readonly SignedMessage[];
  /** The direct payload of the last message, opened, when the fault is in it. */
  readonly direct: OpenedDirect | undefined;
  /** Nonces of all parties, 32 bytes each, ascending: they explain the session id if round 1 is among the messages. */
  readonly nonces: readonly Uint8Array[];
  /** Openings of all parties, ascending, if the fault depends on them: the culprit signed their hash. */
  readonly openings: readonly Uint8Array[];
};

/** Evidence that proves a fault to anybody, see `verifyEvidence`. */
export type Proof = EquivocationEvidence | MessagesEvidence;

/**
 * The envelopes accepted in the round whose view did not match. Proves nothing alone: two parties exchange these and
 * `compareViews` finds the equivocator.
 */
export type ViewEvidence = {
  readonly kind: "view";
  readonly terms: AgreedTerms;
  /** One for each party, ascending. */
  readonly accepted: readonly SignedEnvelope[];
};

/** Signed data behind an abort. It never contains a value on which a surviving key depends. */
export type Evidence = Proof | ViewEvidence;
