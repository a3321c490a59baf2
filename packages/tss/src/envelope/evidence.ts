import { equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint, type Point } from "../math/point.ts";
import { encodeDomain } from "./domain.ts";
import { type Envelope, envelopeDigest, type SignedEnvelope } from "./envelope.ts";
import { isSignedBy } from "./identity-key.ts";
import { isAuthenticMessage, type OpenedDirect, opensLeaf, type SignedMessage } from "./message.ts";

/** Two different envelopes signed for one slot. Proves equivocation to anybody. */
export type EquivocationEvidence = {
  readonly kind: "equivocation";
  readonly first: SignedEnvelope;
  readonly second: SignedEnvelope;
};

/** What the culprit signed in this session, for a failure that anybody can recompute. */
export type MessagesEvidence = {
  readonly kind: "messages";
  readonly messages: readonly SignedMessage[];
  /** The direct payload of the last message, opened, when the fault is in it. */
  readonly direct?: OpenedDirect;
};

/** The envelopes accepted in the round whose view did not match. Two parties exchange these to find the equivocator. */
export type ViewEvidence = { readonly kind: "view"; readonly accepted: readonly SignedEnvelope[] };

/** Signed data behind an abort. It never contains a value on which a surviving key depends. */
export type Evidence = EquivocationEvidence | MessagesEvidence | ViewEvidence;

/** True if both envelopes are for the same slot: domain, phase, session, sid, round, sender, recipient. */
export function isSameSlot(a: Envelope, b: Envelope): boolean {
  return (
    equalBytes(encodeDomain(a.domain), encodeDomain(b.domain)) &&
    equalBytes(a.session, b.session) &&
    equalBytes(a.sid, b.sid) &&
    a.phase === b.phase &&
    a.round === b.round &&
    a.from === b.from &&
    a.to === b.to
  );
}

/**
 * Checks evidence against the accused's identity key (33 bytes).
 * A resend of the same envelope with another signature is not equivocation: the digests are equal.
 * @returns true if the evidence is authentic; messages are of one session, in the order of its rounds, and the fault
 * itself is for the reader to recompute
 */
export function isEvidenceAuthentic(evidence: EquivocationEvidence | MessagesEvidence, accused: Uint8Array): boolean {
  const publicKey = decodePoint(accused);
  if (publicKey === undefined) return false;
  switch (evidence.kind) {
    case "equivocation":
      return isEquivocation(evidence, publicKey);
    case "messages":
      return isMessageListAuthentic(evidence, publicKey);
  }
}

/**
 * Compares two parties' views of one round. Signatures are checked, because the other view may be a lie.
 * @param parties identity keys of the session's parties, 33 bytes each
 * @returns evidence against the first sender that signed two different envelopes for one slot; undefined if none did
 */
export function findEquivocation(
  ours: readonly SignedEnvelope[],
  theirs: readonly SignedEnvelope[],
  parties: ReadonlyMap<PartyIndex, Uint8Array>,
): EquivocationEvidence | undefined {
  for (const first of ours) {
    const accused = [...parties].find(([party]) => party === first.envelope.from)?.[1];
    if (accused === undefined) continue;
    for (const second of theirs) {
      const evidence = { kind: "equivocation", first, second } as const;
      if (isConflict(first.envelope, second.envelope) && isEvidenceAuthentic(evidence, accused)) return evidence;
    }
  }
  return undefined;
}

function isConflict(a: Envelope, b: Envelope): boolean {
  return isSameSlot(a, b) && !equalBytes(envelopeDigest(a), envelopeDigest(b));
}

/**
 * Messages of two sessions together could show a fault that neither has. Round 1 comes before the session id, so its
 * envelope carries another one.
 */
function isLaterInSession(previous: Envelope | undefined, envelope: Envelope): boolean {
  if (previous === undefined) return true;
  const { sid } = previous.round === 1 ? envelope : previous;
  const { round } = envelope;
  return previous.round < round && isSameSlot({ ...previous, round, sid }, envelope);
}

function isEquivocation(evidence: EquivocationEvidence, accused: Point): boolean {
  const { first, second } = evidence;
  if (!isConflict(first.envelope, second.envelope)) return false;
  return [first, second].every((signed) => isSignedBy(accused, envelopeDigest(signed.envelope), signed.signature));
}

function isMessageListAuthentic(evidence: MessagesEvidence, accused: Point): boolean {
  const last = evidence.messages.at(-1);
  if (last === undefined) return false;
  const envelopes = evidence.messages.map((message) => message.signed.envelope);
  if (!envelopes.every((envelope, i) => isLaterInSession(envelopes[i - 1], envelope))) return false;
  if (!evidence.messages.every((message) => isAuthenticMessage(message, accused))) return false;
  return evidence.direct === undefined || opensLeaf(last, evidence.direct);
}
