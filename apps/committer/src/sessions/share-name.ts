import { bytesToHex, concat, type Hex, hexToBytes, keccak256, numberToHex, slice, stringToHex } from "viem";
import { encodeAbiParameters, parseAbiParameters } from "viem/utils";
import type { ShareRef, SignOrder } from "./messages.ts";

/** Version of a key share's own encoding that the keystore file is bound to. */
const SHARE_VERSION = 1;

const SUBJECT = parseAbiParameters("bytes32, bytes32, uint64");
const CHOICE = parseAbiParameters("bytes32, bytes32, uint64, bytes32, uint32, uint16[]");

/** Bytes of a pool subject in front of the number of presignatures and the bitmap of their signers. */
const POOL_TAG_BYTES = 23;

/** Where this committer's share of one epoch is kept: `share-<committeeId>-<epoch>`, bound to key, epoch and member. */
export function shareRef(committeeId: Hex, epoch: bigint, memberIndex: number): ShareRef {
  return {
    name: `share-${committeeId}-${epoch}`,
    associatedData: { product: "synod", keyId: committeeId, epoch, party: memberIndex, version: SHARE_VERSION },
  };
}

function subject(tag: string, committeeId: Hex, epoch: bigint): Hex {
  return keccak256(encodeAbiParameters(SUBJECT, [keccak256(stringToHex(tag)), committeeId, epoch]));
}

/** What the key generation of an epoch is called among its members, 32 bytes. */
export function keygenSubject(committeeId: Hex, epoch: bigint): Hex {
  return subject("synod.keygen.v1", committeeId, epoch);
}

/** What the proof of possession of an epoch is called among its members, 32 bytes. */
export function proofSubject(committeeId: Hex, epoch: bigint): Hex {
  return subject("synod.proof-of-possession.v1", committeeId, epoch);
}

/** Names the presignatures of an epoch: what all its pool subjects begin with, 23 bytes. */
export function poolTag(committeeId: Hex, epoch: bigint): Hex {
  return slice(subject("synod.pool.v1", committeeId, epoch), 0, POOL_TAG_BYTES);
}

/** A batch of presignatures: how many, and the indices of the members that make them. */
export type PoolBatch = { readonly count: number; readonly signers: readonly number[] };

/** What a batch for an epoch's pool is called, 32 bytes: tag (23), count (1), bitmap of the member indices (8). */
export function poolSubject(tag: Hex, { count, signers }: PoolBatch): Hex {
  const bitmap = signers.reduce((bits, index) => bits | (1n << BigInt(index)), 0n);
  return concat([tag, numberToHex(count, { size: 1 }), numberToHex(bitmap, { size: 8 })]);
}

/** The epoch's tag in a subject. Any subject has one; it means something if it is the tag of an epoch. */
export function poolTagOf(subject: Hex): Hex {
  return slice(subject, 0, POOL_TAG_BYTES);
}

/** The batch that a pool subject names. */
export function poolBatchOf(subject: Hex): PoolBatch {
  const bitmap = BigInt(slice(subject, POOL_TAG_BYTES + 1));
  const indices = Array.from({ length: 64 }, (_, index) => index);
  const signers = indices.filter((index) => ((bitmap >> BigInt(index)) & 1n) === 1n);
  return { count: Number(slice(subject, POOL_TAG_BYTES, POOL_TAG_BYTES + 1)), signers };
}

/** What the choice of a presignature belongs to, 32 bytes: signers with another set in mind ignore each other. */
export function choiceHandle({ run, domain, signers }: SignOrder): Uint8Array {
  const tag = keccak256(stringToHex("synod.choice.v1"));
  const { subject: about, attempt } = run;
  const keyId = bytesToHex(domain.keyId);
  return hexToBytes(keccak256(encodeAbiParameters(CHOICE, [tag, keyId, domain.epoch, about, attempt, signers])));
}
