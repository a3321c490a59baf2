import { type AgreedTerms, deriveHandle } from "../engine/context.ts";
import { HELLO_LENGTH, NONCE_LENGTH } from "../engine/hello.ts";
import { encodeDomain } from "../envelope/domain.ts";
import { type Envelope, envelopeDigest, type SignedEnvelope } from "../envelope/envelope.ts";
import { isSignedBy } from "../envelope/identity-key.ts";
import { isAuthenticMessage, opensLeaf, type SignedMessage } from "../envelope/message.ts";
import { equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint, type Point } from "../math/point.ts";
import { H } from "../transcript/hash.ts";
import type { MessagesEvidence, Proof } from "./evidence.ts";

/** Who is accused, by which key, in which session. */
export type Accused = {
  readonly terms: AgreedTerms;
  /** 32 bytes, derived from `terms`. */
  readonly handle: Uint8Array;
  readonly culprit: PartyIndex;
  /** 33 bytes, as the terms name it. */
  readonly identityKey: Uint8Array;
  readonly publicKey: Point;
};

/** Messages evidence whose every byte is bound by signatures of the accused. */
export type Claim = Accused & {
  /** The session id of the messages after round 1; the handle if there are none. */
  readonly sid: Uint8Array;
  /** The culprit's messages by round. */
  readonly messages: ReadonlyMap<number, SignedMessage>;
  /** The opened direct payload of the last message, with the party it went to. */
  readonly direct: { readonly to: PartyIndex; readonly payload: Uint8Array } | undefined;
  /** Openings of all parties; the accused's signature of their hash is checked with the fault. */
  readonly openings: readonly Uint8Array[];
};

/** The accused party of a proof; undefined if the terms do not name the sender of its first envelope. */
export function accusedOf(proof: Proof): Accused | undefined {
  const { terms } = proof;
  const first = proof.kind === "equivocation" ? proof.first : proof.messages[0]?.signed;
  const entry = [...terms.parties].find(([party]) => party === first?.envelope.from);
  const publicKey = entry && decodePoint(entry[1]);
  if (entry === undefined || publicKey === undefined) return undefined;
  return { terms, handle: deriveHandle(terms), culprit: entry[0], identityKey: entry[1], publicKey };
}

/** Whether the envelope is one that the accused's session could have: the terms are hashed into its handle. */
export function isInSession({ terms, handle, culprit }: Accused, envelope: Envelope): boolean {
  return (
    equalBytes(envelope.session, handle) &&
    equalBytes(encodeDomain(envelope.domain), encodeDomain(terms.domain)) &&
    envelope.phase === terms.phase &&
    envelope.from === culprit &&
    envelope.to === 0 &&
    (envelope.round !== 1 || equalBytes(envelope.sid, handle))
  );
}

/** Whether the accused signed the envelope. */
export function isSignedByAccused({ publicKey }: Accused, { envelope, signature }: SignedEnvelope): boolean {
  return isSignedBy(publicKey, envelopeDigest(envelope), signature);
}

/** Why messages are no claim. */
export type ClaimFailure = "otherSession" | "notSigned" | "notOpened";

/**
 * Binds everything in the evidence to signatures of the accused (docs/protocol/evidence.md, table "who says so"); the
 * openings excepted, which the fault's own check hashes.
 */
export function createClaim(accused: Accused, evidence: MessagesEvidence): Claim | ClaimFailure {
  const { messages, nonces, openings } = evidence;
  const envelopes = messages.map((message) => message.signed.envelope);
  if (!envelopes.every((envelope) => isInSession(accused, envelope))) return "otherSession";
  if (!isAscending(envelopes) || !isOneSession(accused, messages, nonces)) return "otherSession";
  const direct = openDirect(accused, evidence);
  if (evidence.direct !== undefined && direct === undefined) return "notOpened";
  if (!messages.every((message) => isAuthenticMessage(message, accused.publicKey))) return "notSigned";
  const sid = envelopes.at(-1)?.sid ?? accused.handle;
  const byRound = new Map(messages.map((message) => [message.signed.envelope.round, message]));
  return { ...accused, sid, messages: byRound, direct, openings };
}

function isAscending(envelopes: readonly Envelope[]): boolean {
  return envelopes.every(({ round }, i) => round > (envelopes[i - 1]?.round ?? 0));
}

/**
 * Whether all messages are of one run. After round 1 they carry its id. A message of round 1 carries the handle, which
 * another run of the same attempt would share: the nonces must explain the id, and the accused's own be the one it sent.
 */
function isOneSession(accused: Accused, messages: readonly SignedMessage[], nonces: readonly Uint8Array[]): boolean {
  const later = messages.map(({ signed }) => signed.envelope).filter(({ round }) => round > 1);
  const [sid] = later.map((envelope) => envelope.sid);
  if (sid !== undefined && !later.every((envelope) => equalBytes(envelope.sid, sid))) return false;
  if (later.length === messages.length || sid === undefined) return nonces.length === 0;
  const position = [...accused.terms.parties.keys()].indexOf(accused.culprit);
  const own = nonces[position];
  return (
    nonces.length === accused.terms.parties.size &&
    equalBytes(H("sid", accused.handle, ...nonces), sid) &&
    own !== undefined &&
    equalBytes(own, nonceOf(messages[0]) ?? new Uint8Array(0))
  );
}

/** The nonce in front of a party's first broadcast; undefined if it is too short. */
export function nonceOf(first: SignedMessage | undefined): Uint8Array | undefined {
  const broadcast = first?.broadcast;
  return broadcast && broadcast.length >= HELLO_LENGTH ? broadcast.slice(0, NONCE_LENGTH) : undefined;
}

/** The recipient is not said by anybody: it follows from the position of the leaf. */
function openDirect(accused: Accused, { messages, direct }: MessagesEvidence): Claim["direct"] {
  const last = messages.at(-1);
  const recipients = [...accused.terms.parties.keys()].filter((party) => party !== accused.culprit);
  const to = direct && recipients[direct.leaf];
  if (!last || !direct || to === undefined || last.directLeaves.length !== recipients.length) return undefined;
  return opensLeaf(last, direct) ? { to, payload: direct.payload } : undefined;
}
