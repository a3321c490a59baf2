import { bytes32Word, hashStruct, typedDigest, uintWord } from "../intent/eip712.ts";
import { concat, equalBytes, u8, u16 } from "../math/bytes.ts";
import { DOMAIN_LENGTH, type Domain, encodeDomain } from "./domain.ts";

const ENVELOPE_TYPE =
  "Envelope(bytes32 keyId,uint64 epoch,uint8 phase,bytes32 session,bytes32 sid,uint8 round,uint16 from,uint16 to,bytes32 prevView,bytes32 payloadHash)";

/** Version of the envelope and of every message layout; it is the version of the EIP-712 domain. */
export const PROTOCOL_VERSION = 1;

/** Bytes of an encoded envelope: domain, phase(1), session(32), sid(32), round(1), from(2), to(2), two hashes. */
export const ENVELOPE_LENGTH = DOMAIN_LENGTH + 1 + 32 + 32 + 1 + 2 + 2 + 32 + 32;

/** Which protocol a message belongs to. */
export const PHASE = { keygen: 1, presign: 2, sign: 3, reshare: 4, renewal: 5 } as const;

/** Number of a protocol, see {@link PHASE}. */
export type Phase = (typeof PHASE)[keyof typeof PHASE];

/** What an identity key signs: one per party and round, covering the broadcast and every direct payload of it. */
export type Envelope = {
  readonly domain: Domain;
  readonly phase: number;
  /** Handle of the session, 32 bytes: known before any message. */
  readonly session: Uint8Array;
  /** 32 bytes, not all zero: the handle in round 1, the session id with everybody's nonce from round 2 on. */
  readonly sid: Uint8Array;
  /** From 1. */
  readonly round: number;
  /** Index of the signer; it counts only if the transport authenticated the same party. */
  readonly from: number;
  /** Always 0 = all: the payload hash covers what went to each recipient. */
  readonly to: number;
  /** Hash of the envelopes the sender accepted in the previous round, 32 bytes; zero in round 1. */
  readonly prevView: Uint8Array;
  /** See payload.ts, 32 bytes. */
  readonly payloadHash: Uint8Array;
};

/** An envelope with its identity signature (64 bytes). */
export type SignedEnvelope = { readonly envelope: Envelope; readonly signature: Uint8Array };

/** EIP-712 digest of an envelope, 32 bytes (docs/protocol/envelope.md step 1). */
export function envelopeDigest(envelope: Envelope): Uint8Array {
  const { domain } = envelope;
  const struct = hashStruct(ENVELOPE_TYPE, [
    bytes32Word(domain.keyId),
    uintWord(domain.epoch, 64),
    uintWord(BigInt(envelope.phase), 8),
    bytes32Word(envelope.session),
    bytes32Word(envelope.sid),
    uintWord(BigInt(envelope.round), 8),
    uintWord(BigInt(envelope.from), 16),
    uintWord(BigInt(envelope.to), 16),
    bytes32Word(envelope.prevView),
    bytes32Word(envelope.payloadHash),
  ]);
  return typedDigest(
    {
      name: "Synod Envelope",
      version: String(PROTOCOL_VERSION),
      chainId: domain.chainId,
      verifyingContract: domain.verifyingContract,
    },
    struct,
  );
}

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

/** The fixed layout of {@link ENVELOPE_LENGTH} bytes. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return concat(
    encodeDomain(envelope.domain),
    u8(envelope.phase),
    envelope.session,
    envelope.sid,
    u8(envelope.round),
    u16(envelope.from),
    u16(envelope.to),
    envelope.prevView,
    envelope.payloadHash,
  );
}
