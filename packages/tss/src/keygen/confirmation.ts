import { type IdentityKey, isSignedBy, SIGNATURE_LENGTH, signWithIdentity } from "../envelope/identity-key.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import { concat, equalBytes, splitFixed } from "../math/bytes.ts";
import { knownPoint } from "../math/known-point.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint, multiplyBase } from "../math/point.ts";
import type { Rng } from "../math/rng.ts";
import type { Scalar } from "../math/scalar.ts";
import {
  decodeProof,
  encodeProof,
  PROOF_LENGTH,
  proveKnowledge,
  type SchnorrProof,
  verifyKnowledge,
} from "../math/schnorr.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { recordSignatureDigest, shareStatement } from "./hashes.ts";

/** What a member says at the end: I have the share that the record names, and this is the record. */
export type Confirmation = {
  readonly proof: SchnorrProof;
  /** Hash of this member's pair setups, 32 bytes. */
  readonly setupHash: Uint8Array;
  readonly recordHash: Uint8Array;
  /** Identity signature of the record, 64 bytes. */
  readonly signature: Uint8Array;
};

/** Bytes of an encoded confirmation. */
export const CONFIRMATION_LENGTH = PROOF_LENGTH + 2 * HASH_LENGTH + SIGNATURE_LENGTH;

/** What a confirmation is about. */
export type ConfirmationTerms = {
  /** Session id of the key generation or reshare, 32 bytes. */
  readonly dsid: Uint8Array;
  readonly record: PublicRecord;
};

/**
 * Proves a share and signs the record (docs/protocol/dkg.md steps R5.5 and R5.6).
 * @param s the share; not zero
 * @param setupHash 32 bytes
 */
export function confirmRecord(
  { dsid, record }: ConfirmationTerms,
  member: { readonly self: PartyIndex; readonly identity: IdentityKey; readonly s: Scalar },
  setupHash: Uint8Array,
  rng: Rng,
): { readonly encoded: Uint8Array; readonly signature: Uint8Array } {
  const hash = recordHash(record);
  const statement = shareStatement(dsid, member.self, { e2: record.openingsHash, recordHash: hash, setupHash });
  const proof = proveKnowledge(statement, member.s, multiplyBase(member.s), rng);
  const signature = signWithIdentity(member.identity, recordSignatureDigest(hash));
  return { encoded: concat(encodeProof(proof), setupHash, hash, signature), signature };
}

/** The confirmation in {@link CONFIRMATION_LENGTH} bytes; undefined unless it is canonical. */
export function decodeConfirmation(bytes: Uint8Array): Confirmation | undefined {
  const fields = splitFixed(bytes, [PROOF_LENGTH, HASH_LENGTH, HASH_LENGTH, SIGNATURE_LENGTH]);
  const proof = fields && decodeProof(fields[0]);
  return proof && { proof, setupHash: fields[1], recordHash: fields[2], signature: fields[3] };
}

/** Checks F.1–F.3 of docs/protocol/dkg.md, in this order. */
const CHECKS = [
  ["recordMismatch", isOfRecord],
  ["keyShareProof", provesShare],
  ["recordSignature", signsRecord],
] as const;

/**
 * The first check that confirmations fail, with all members that fail it; undefined if none. The views agree already,
 * so a failure is its sender's own doing and anybody can recompute it.
 */
export function confirmationFailure(
  terms: ConfirmationTerms,
  confirmations: ReadonlyMap<PartyIndex, Confirmation>,
): { readonly code: (typeof CHECKS)[number][0]; readonly culprits: readonly PartyIndex[] } | undefined {
  for (const [code, passes] of CHECKS) {
    const failed = [...confirmations].filter(([member, confirmation]) => !passes(terms, member, confirmation));
    if (failed.length > 0) return { code, culprits: failed.map(([member]) => member) };
  }
  return undefined;
}

function isOfRecord({ record }: ConfirmationTerms, _member: PartyIndex, confirmation: Confirmation): boolean {
  return equalBytes(confirmation.recordHash, recordHash(record));
}

function provesShare({ dsid, record }: ConfirmationTerms, member: PartyIndex, confirmation: Confirmation): boolean {
  const { proof, setupHash, recordHash: hash } = confirmation;
  const encoded = record.verificationShares.get(member);
  const subject = encoded && decodePoint(encoded);
  const statement = shareStatement(dsid, member, { e2: record.openingsHash, recordHash: hash, setupHash });
  return subject !== undefined && verifyKnowledge(statement, subject, proof);
}

function signsRecord({ record }: ConfirmationTerms, member: PartyIndex, { signature }: Confirmation): boolean {
  return isRecordSignedBy(record, member, signature);
}

/** Whether a member signed the record with its identity key. */
export function isRecordSignedBy(record: PublicRecord, member: PartyIndex, signature: Uint8Array): boolean {
  const key = record.parties.get(member);
  const publicKey = key && knownPoint(key);
  return publicKey !== undefined && isSignedBy(publicKey, recordSignatureDigest(recordHash(record)), signature);
}
