import { type AgreedTerms, encodeParties, type Parties } from "../engine/context.ts";
import { assertDomain, type Domain, encodeDomain } from "../envelope/domain.ts";
import { encodeEnvelope, PHASE, type Phase, type SignedEnvelope } from "../envelope/envelope.ts";
import { readDomain, readEnvelope } from "../envelope/frame.ts";
import { SIGNATURE_LENGTH } from "../envelope/identity-key.ts";
import type { OpenedDirect, SignedMessage } from "../envelope/message.ts";
import { LEAF_LENGTH } from "../envelope/payload.ts";
import { TssError } from "../errors.ts";
import { assertLength, concat, splitEqual, u8, u16, u32, u64 } from "../math/bytes.ts";
import { type PartyIndex, partyIndex } from "../math/party-index.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { type ByteReader, createReader } from "../math/reader.ts";
import { type Evidence, MESSAGE_FAULTS, type MessagesEvidence } from "./evidence.ts";

/** Version of the encoding of evidence. */
export const EVIDENCE_VERSION = 1;

/** Longest encoding of evidence, bytes: room for the openings of 64 parties, or a direct payload of 16 presignatures. */
export const MAX_EVIDENCE_LENGTH = 2 ** 20;

const KINDS = { equivocation: 1, messages: 2, view: 3 } as const;

/**
 * The one encoding of a piece of evidence, for storage and for others (docs/protocol/evidence.md).
 * @throws TssError `invalidLength`, `integerOutOfRange`, `invalidDomain`, `invalidParties` if a field is out of its
 * range, `invalidLength` above {@link MAX_EVIDENCE_LENGTH}
 */
export function encodeEvidence(evidence: Evidence): Uint8Array {
  const bytes = encode(evidence);
  if (bytes.length > MAX_EVIDENCE_LENGTH) {
    throw new TssError("invalidLength", `evidence has ${bytes.length} bytes, more than ${MAX_EVIDENCE_LENGTH}`);
  }
  // Decoding is the only definition of what is canonical.
  if (decodeEvidence(bytes) === undefined) {
    throw new TssError("invalidLength", "a field of the evidence has no encoding");
  }
  return bytes;
}

/** A copy in which every field is in its range and nobody else holds; undefined if the evidence has no encoding. */
export function copyEvidence(evidence: Evidence): Evidence | undefined {
  try {
    return decodeEvidence(encode(evidence));
  } catch (error) {
    if (error instanceof TssError) return undefined;
    throw error;
  }
}

function encode(evidence: Evidence): Uint8Array {
  const head = concat(u8(EVIDENCE_VERSION), u8(KINDS[evidence.kind]), encodeTerms(evidence.terms));
  return concat(head, encodeBody(evidence));
}

/** The evidence in `bytes`; undefined unless they are exactly what {@link encodeEvidence} makes of it. Proves nothing. */
export function decodeEvidence(bytes: Uint8Array): Evidence | undefined {
  if (bytes.length > MAX_EVIDENCE_LENGTH) return undefined;
  const reader = createReader(bytes);
  if (reader.u8() !== EVIDENCE_VERSION) return undefined;
  const kind = reader.u8();
  const terms = readTerms(reader);
  const evidence = terms && readBody(reader, kind, terms);
  return reader.isComplete() ? evidence : undefined;
}

function encodeTerms({ domain, phase, attempt, purpose, parties, binding }: AgreedTerms): Uint8Array {
  assertDomain(domain);
  assertLength(purpose, 32, "purpose");
  for (const key of parties.values()) assertLength(key, POINT_LENGTH, "identity key");
  const members = concat(u16(parties.size), encodeParties(parties));
  return concat(encodeDomain(domain), u8(phase), u64(attempt), purpose, members, u16(binding.length), binding);
}

function readTerms(reader: ByteReader): AgreedTerms | undefined {
  const domain = readDomain(reader);
  const phase = readPhase(reader);
  const attempt = reader.u64();
  const purpose = reader.bytes(32);
  const parties = readParties(reader);
  const binding = reader.bytes(reader.u16() ?? 0);
  if (!domain || !phase || attempt === undefined || !purpose || !parties || !binding) return undefined;
  return isDomain(domain) ? { domain, phase, attempt, purpose, parties, binding } : undefined;
}

function isDomain({ chainId, epoch }: Domain): boolean {
  return chainId > 0n && epoch > 0n;
}

function readPhase(reader: ByteReader): Phase | undefined {
  const number = reader.u8();
  return Object.values(PHASE).find((phase) => phase === number);
}

/** Ascending, with distinct keys, at least two. */
function readParties(reader: ByteReader): Parties | undefined {
  const length = 2 + POINT_LENGTH;
  const count = reader.u16() ?? 0;
  const entries = splitEqual(reader.bytes(count * length) ?? new Uint8Array(0), count, length) ?? [];
  const keys = new Map<PartyIndex, Uint8Array>();
  let last = 0;
  for (const entry of entries) {
    const index = 256 * (entry[0] ?? 0) + (entry[1] ?? 0);
    if (index <= last) return undefined;
    keys.set(partyIndex(index), entry.slice(2));
    last = index;
  }
  return isCommittee(keys) ? keys : undefined;
}

function isCommittee(parties: Parties): boolean {
  const distinct = new Set([...parties.values()].map((key) => key.join()));
  return parties.size >= 2 && distinct.size === parties.size;
}

function encodeBody(evidence: Evidence): Uint8Array {
  switch (evidence.kind) {
    case "equivocation":
      return concat(encodeSigned(evidence.first), encodeSigned(evidence.second));
    case "messages":
      return encodeMessages(evidence);
    case "view":
      return concat(u16(evidence.accepted.length), ...evidence.accepted.map(encodeSigned));
  }
}

function readBody(reader: ByteReader, kind: number | undefined, terms: AgreedTerms): Evidence | undefined {
  switch (kind) {
    case KINDS.equivocation: {
      const first = readSigned(reader);
      const second = readSigned(reader);
      return first && second && { kind: "equivocation", terms, first, second };
    }
    case KINDS.messages:
      return readMessages(reader, terms);
    case KINDS.view: {
      const accepted = readList(reader, readSigned);
      // One for each party: comparing views costs a signature check for each, and anybody may send one.
      return accepted && accepted.length <= terms.parties.size ? { kind: "view", terms, accepted } : undefined;
    }
    default:
      return undefined;
  }
}

/** envelope(226) ‖ signature(64). */
function encodeSigned({ envelope, signature }: SignedEnvelope): Uint8Array {
  assertLength(signature, SIGNATURE_LENGTH, "signature");
  assertDomain(envelope.domain);
  for (const field of [envelope.session, envelope.sid, envelope.prevView, envelope.payloadHash]) {
    assertLength(field, 32, "a hash of an envelope");
  }
  return concat(encodeEnvelope(envelope), signature);
}

function readSigned(reader: ByteReader): SignedEnvelope | undefined {
  const envelope = readEnvelope(reader);
  const signature = reader.bytes(SIGNATURE_LENGTH);
  return envelope && signature && { envelope, signature };
}

function encodeMessages(evidence: MessagesEvidence): Uint8Array {
  const { fault, messages, direct, nonces, openings } = evidence;
  for (const nonce of nonces) assertLength(nonce, 32, "nonce");
  return concat(
    u8(MESSAGE_FAULTS.indexOf(fault)),
    u16(messages.length),
    ...messages.map(encodeMessage),
    direct === undefined ? u8(0) : concat(u8(1), encodeDirect(direct)),
    u16(nonces.length),
    ...nonces,
    u16(openings.length),
    ...openings.map(encodeBytes),
  );
}

function readMessages(reader: ByteReader, terms: AgreedTerms): MessagesEvidence | undefined {
  const fault = MESSAGE_FAULTS[reader.u8() ?? MESSAGE_FAULTS.length];
  const messages = readList(reader, readMessage);
  const hasDirect = reader.u8();
  const direct = hasDirect === 1 ? readDirect(reader) : undefined;
  const nonces = readList(reader, (source) => source.bytes(32));
  const openings = readList(reader, readBytes);
  if (!fault || !messages || !nonces || !openings || (hasDirect !== 0 && direct === undefined)) return undefined;
  return { kind: "messages", fault, terms, messages, direct, nonces, openings };
}

function encodeMessage({ signed, broadcast, directLeaves }: SignedMessage): Uint8Array {
  for (const leaf of directLeaves) assertLength(leaf, LEAF_LENGTH, "leaf");
  return concat(encodeSigned(signed), encodeBytes(broadcast), u16(directLeaves.length), ...directLeaves);
}

function readMessage(reader: ByteReader): SignedMessage | undefined {
  const signed = readSigned(reader);
  const broadcast = readBytes(reader);
  const directLeaves = readList(reader, (source) => source.bytes(LEAF_LENGTH));
  return signed && broadcast && directLeaves && { signed, broadcast, directLeaves };
}

function encodeDirect({ leaf, salt, payload }: OpenedDirect): Uint8Array {
  assertLength(salt, LEAF_LENGTH, "salt");
  return concat(u16(leaf), salt, encodeBytes(payload));
}

function readDirect(reader: ByteReader): OpenedDirect | undefined {
  const leaf = reader.u16();
  const salt = reader.bytes(LEAF_LENGTH);
  const payload = readBytes(reader);
  return leaf === undefined || !salt || !payload ? undefined : { leaf, salt, payload };
}

function encodeBytes(bytes: Uint8Array): Uint8Array {
  return concat(u32(bytes.length), bytes);
}

function readBytes(reader: ByteReader): Uint8Array | undefined {
  return reader.bytes(reader.u32() ?? 0);
}

/** A count in two bytes, then that many items; stops at the first that cannot be read, so a huge count costs nothing. */
function readList<T>(reader: ByteReader, read: (source: ByteReader) => T | undefined): readonly T[] | undefined {
  const count = reader.u16() ?? 0;
  const items: T[] = [];
  while (items.length < count) {
    const item = read(reader);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}
