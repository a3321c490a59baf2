import { concat, splitEqual, u8, u16, u32 } from "../math/bytes.ts";
import { type ByteReader, createReader } from "../math/reader.ts";
import type { Domain } from "./domain.ts";
import { ENVELOPE_LENGTH, type Envelope, encodeEnvelope, PROTOCOL_VERSION, type SignedEnvelope } from "./envelope.ts";
import { SIGNATURE_LENGTH } from "./identity-key.ts";
import { LEAF_LENGTH } from "./payload.ts";

/** Bytes before the broadcast payload: version, envelope, signature, length of the broadcast. */
const HEADER_LENGTH = 1 + ENVELOPE_LENGTH + SIGNATURE_LENGTH + 4;

/** Offset of the session handle inside a frame: version, domain, phase come first. */
const SESSION_OFFSET = 1 + 92 + 1;

/** One message on the wire, decoded but not yet authenticated. */
export type Frame = {
  readonly signed: SignedEnvelope;
  readonly broadcast: Uint8Array;
  /** Hashes of the direct payloads to every other party of the session, ascending; empty in broadcast rounds. */
  readonly directLeaves: readonly Uint8Array[];
  /** Salt and direct payload for this recipient, encrypted; empty in broadcast rounds. */
  readonly sealed: Uint8Array;
};

/** Largest frame that carries a broadcast and a sealed part of the given lengths to `recipients` parties. */
export function frameLength(broadcastBytes: number, recipients: number, sealedBytes: number): number {
  const leaves = sealedBytes === 0 ? 0 : recipients * LEAF_LENGTH;
  return HEADER_LENGTH + broadcastBytes + 2 + leaves + 4 + sealedBytes;
}

/** The wire layout of docs/protocol/envelope.md step 3. */
export function encodeFrame(frame: Frame): Uint8Array {
  return concat(
    u8(PROTOCOL_VERSION),
    encodeEnvelope(frame.signed.envelope),
    frame.signed.signature,
    u32(frame.broadcast.length),
    frame.broadcast,
    u16(frame.directLeaves.length),
    ...frame.directLeaves,
    u32(frame.sealed.length),
    frame.sealed,
  );
}

/** The frame in `bytes`; undefined if the version, a length or a field is not canonical or bytes are left over. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const reader = createReader(bytes);
  if (reader.u8() !== PROTOCOL_VERSION) return undefined;
  const envelope = readEnvelope(reader);
  const signature = reader.bytes(SIGNATURE_LENGTH);
  const broadcast = reader.bytes(reader.u32() ?? 0);
  const leaves = reader.bytes((reader.u16() ?? 0) * LEAF_LENGTH);
  const sealed = reader.bytes(reader.u32() ?? 0);
  if (!envelope || !signature || !broadcast || !leaves || !sealed || !reader.isComplete()) return undefined;
  const directLeaves = splitEqual(leaves, leaves.length / LEAF_LENGTH, LEAF_LENGTH) ?? [];
  return { signed: { envelope, signature }, broadcast, directLeaves, sealed };
}

/**
 * The session handle in a frame, unauthenticated: good for routing only.
 * @returns 32 bytes, or undefined if the frame is too short
 */
export function unverifiedFrameSession(frame: Uint8Array): Uint8Array | undefined {
  if (frame.length < HEADER_LENGTH) return undefined;
  return frame.slice(SESSION_OFFSET, SESSION_OFFSET + 32);
}

/** An envelope in the layout of {@link encodeEnvelope}; undefined if it is cut short or its session id is zero. */
export function readEnvelope(reader: ByteReader): Envelope | undefined {
  const domain = readDomain(reader);
  const phase = reader.u8();
  const session = reader.bytes(32);
  const sid = reader.bytes(32);
  const round = reader.u8();
  const from = reader.u16();
  const to = reader.u16();
  const prevView = reader.bytes(32);
  const payloadHash = reader.bytes(32);
  if (!domain || !session || !sid || !prevView || !payloadHash) return undefined;
  if (phase === undefined || round === undefined || from === undefined || to === undefined) return undefined;
  // A session id of zeros is a sign of an uninitialised sender, never of a session.
  if (sid.every((byte) => byte === 0)) return undefined;
  return { domain, phase, session, sid, round, from, to, prevView, payloadHash };
}

/** A domain in the layout of encodeDomain; undefined if it is cut short. */
export function readDomain(reader: ByteReader): Domain | undefined {
  const chainId = reader.bytes(32);
  const verifyingContract = reader.bytes(20);
  const keyId = reader.bytes(32);
  const epoch = reader.u64();
  if (!chainId || !verifyingContract || !keyId || epoch === undefined) return undefined;
  return { chainId: readUint(chainId), verifyingContract, keyId, epoch };
}

function readUint(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
