import type { Parties } from "../engine/context.ts";
import { type Domain, encodeDomain } from "../envelope/domain.ts";
import { envelopeDigest, isSameSlot, PHASE, type Phase } from "../envelope/envelope.ts";
import { equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { type Accused, accusedOf, createClaim, isInSession, isSignedByAccused } from "./claim.ts";
import { copyEvidence } from "./codec.ts";
import type { EquivocationEvidence, Evidence, MessageFault, MessagesEvidence, Proof } from "./evidence.ts";
import { ruleFor } from "./rules.ts";

/** What the judge knows without the accuser, from the committee record on chain. */
export type KnownCommittee = {
  readonly domain: Domain;
  /**
   * Identity keys of the members, 33 bytes each, by their indices in the committee. For a reshare those of both epochs;
   * only there the indices do not matter, because parties have seats.
   */
  readonly parties: Parties;
};

/** Why evidence proves nothing. It never means that the accused is innocent. */
export type UnprovenReason =
  /** A field is out of its range or a length wrong. */
  | "notCanonical"
  /** A view: it has to be compared with another party's. */
  | "viewOnly"
  /** The sender is not a party of the session, or its key not that of the known member, or of any in a reshare. */
  | "unknownParty"
  /** Another domain, phase, handle or session id, or messages that are not in order. */
  | "otherSession"
  /** Payloads or signature are not the accused's. */
  | "notSigned"
  /** The direct payload is not what the accused signed. */
  | "notOpened"
  /** The phase knows no such fault, or the parts are not those that prove it. */
  | "incomplete"
  /** All is authentic and the check holds. */
  | "noFault";

/** What the evidence shows. */
export type Verdict =
  | {
      readonly kind: "proven";
      readonly fault: "equivocation" | MessageFault;
      /**
       * By the accused's own terms. With `known` the member's index, except in a reshare, where it is a seat; without it,
       * and for a seat, only `identityKey` says who it is.
       */
      readonly culprit: PartyIndex;
      /** Whose signatures these are, 33 bytes. Without `known`, that this key is the member's is still to be checked. */
      readonly identityKey: Uint8Array;
      readonly domain: Domain;
      readonly phase: Phase;
      /** Round of the message that shows the fault. */
      readonly round: number;
    }
  | { readonly kind: "unproven"; readonly reason: UnprovenReason };

/**
 * Decides from data signed by the accused alone whether it broke the protocol (docs/protocol/evidence.md). Pure and
 * total: anybody comes to the same verdict, and no evidence about a party that followed the protocol is proven.
 * @param known the committee that the evidence must be about; without it the verdict names domain and identity key and
 * the caller compares them
 */
export function verifyEvidence(evidence: Evidence, known?: KnownCommittee): Verdict {
  // The judge works on a copy of its own, in which every length is right.
  const proof = copyEvidence(evidence);
  if (proof === undefined) return unproven("notCanonical");
  if (proof.kind === "view") return unproven("viewOnly");
  const accused = accusedOf(proof);
  if (accused === undefined || !isKnown(accused, known)) return unproven("unknownParty");
  const reason = findGap(accused, proof);
  return reason === undefined ? proven(accused, proof) : unproven(reason);
}

/** A cheater writes the terms that it signs under: it must not be able to take another member's index there. */
function isKnown({ terms, culprit, identityKey }: Accused, known: KnownCommittee | undefined): boolean {
  if (known === undefined) return true;
  const isHere = equalBytes(encodeDomain(known.domain), encodeDomain(terms.domain));
  const isSeated = terms.phase === PHASE.reshare;
  const isMember = ([index, key]: readonly [PartyIndex, Uint8Array]): boolean =>
    (isSeated || index === culprit) && equalBytes(key, identityKey);
  return isHere && [...known.parties].some(isMember);
}

function unproven(reason: UnprovenReason): Verdict {
  return { kind: "unproven", reason };
}

function proven({ culprit, identityKey, terms }: Accused, proof: Proof): Verdict {
  const fault = proof.kind === "equivocation" ? "equivocation" : proof.fault;
  const last = proof.kind === "equivocation" ? proof.second : proof.messages.at(-1)?.signed;
  const { domain, phase } = terms;
  return { kind: "proven", fault, culprit, identityKey, domain, phase, round: last?.envelope.round ?? 0 };
}

/** What is missing for a proof; undefined if nothing is. */
function findGap(accused: Accused, proof: Proof): UnprovenReason | undefined {
  return proof.kind === "equivocation" ? equivocationGap(accused, proof) : messagesGap(accused, proof);
}

/** A resend of the same envelope under another signature is not equivocation: the digests are equal. */
function equivocationGap(accused: Accused, { first, second }: EquivocationEvidence): UnprovenReason | undefined {
  const isOneSlot = isInSession(accused, first.envelope) && isSameSlot(first.envelope, second.envelope);
  if (!isOneSlot) return "otherSession";
  if (equalBytes(envelopeDigest(first.envelope), envelopeDigest(second.envelope))) return "noFault";
  return [first, second].every((signed) => isSignedByAccused(accused, signed)) ? undefined : "notSigned";
}

function messagesGap(accused: Accused, evidence: MessagesEvidence): UnprovenReason | undefined {
  // Signatures come before the rule, which may have to read a whole record out of the terms.
  const claim = createClaim(accused, evidence);
  if (typeof claim === "string") return claim;
  const rule = ruleFor(evidence);
  if (rule === undefined) return "incomplete";
  return rule.isProven(claim) ? undefined : "noFault";
}
