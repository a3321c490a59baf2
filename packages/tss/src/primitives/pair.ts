import { assertLength, concat, equalBytes, splitFixed, wipe } from "../math/bytes.ts";
import { H } from "../transcript/hash.ts";
import { BLOCKS, LEAVES, SEED_LENGTH } from "./parameters.ts";

/**
 * What Alice, the COT sender, keeps of a pair setup. Secret; lives as long as the epoch; never backed up. A failed
 * extension check leaks part of `delta`, so the pair must then be burnt (see aliceRespondVole).
 */
export type AlicePair = {
  /** Delta, 16 bytes: bit 4i+b (little-endian bit order) is bit b of the missing leaf y_i of block i. */
  readonly delta: Uint8Array;
  /**
   * The 15 known leaves of each of the 32 blocks, 16 bytes each. Position e - 1 of block i holds leaf x = y_i XOR e,
   * e = 1..15, so that no memory access depends on y.
   */
  readonly leaves: Uint8Array;
};

/** What Bob, the COT receiver, keeps of a pair setup: all 16 leaves of each of the 32 blocks. Secret, never backed up. */
export type BobPair = {
  /** Leaf x of block i at offset 16 * (16 i + x). */
  readonly leaves: Uint8Array;
};

/** Bytes of Alice's leaves: 15 for each of the 32 blocks. */
export const ALICE_LEAVES_LENGTH = BLOCKS * (LEAVES - 1) * SEED_LENGTH;

/** Bytes of Bob's leaves: 16 for each of the 32 blocks. */
export const BOB_LEAVES_LENGTH = BLOCKS * LEAVES * SEED_LENGTH;

const SEAL_LENGTH = 32;

/** Bytes of an encoded {@link AlicePair}. */
export const ALICE_PAIR_LENGTH = SEED_LENGTH + ALICE_LEAVES_LENGTH + SEAL_LENGTH;

/** Bytes of an encoded {@link BobPair}. */
export const BOB_PAIR_LENGTH = BOB_LEAVES_LENGTH + SEAL_LENGTH;

/**
 * Encodes for storage: delta, leaves, and a hash over both and `binding`.
 * @param binding names what the pair belongs to (key, epoch, ordered pair, generation); decoding needs the same bytes
 * @returns 7,728 secret bytes that the caller owns and wipes
 */
export function encodeAlicePair(pair: AlicePair, binding: Uint8Array): Uint8Array {
  assertLength(pair.delta, SEED_LENGTH, "delta");
  assertLength(pair.leaves, ALICE_LEAVES_LENGTH, "the leaves of Alice");
  return concat(pair.delta, pair.leaves, H("pair/alice", binding, pair.delta, pair.leaves));
}

/** Inverse of {@link encodeAlicePair}; undefined for another length, changed bytes or another binding. */
export function decodeAlicePair(bytes: Uint8Array, binding: Uint8Array): AlicePair | undefined {
  const fields = splitFixed(bytes, [SEED_LENGTH, ALICE_LEAVES_LENGTH, SEAL_LENGTH]);
  if (fields === undefined) return undefined;
  const [delta, leaves, seal] = fields;
  return equalBytes(seal, H("pair/alice", binding, delta, leaves)) ? { delta, leaves } : undefined;
}

/** As {@link encodeAlicePair}, for Bob: 8,224 secret bytes. */
export function encodeBobPair(pair: BobPair, binding: Uint8Array): Uint8Array {
  assertLength(pair.leaves, BOB_LEAVES_LENGTH, "the leaves of Bob");
  return concat(pair.leaves, H("pair/bob", binding, pair.leaves));
}

/** Inverse of {@link encodeBobPair}; undefined for another length, changed bytes or another binding. */
export function decodeBobPair(bytes: Uint8Array, binding: Uint8Array): BobPair | undefined {
  const fields = splitFixed(bytes, [BOB_LEAVES_LENGTH, SEAL_LENGTH]);
  if (fields === undefined) return undefined;
  const [leaves, seal] = fields;
  return equalBytes(seal, H("pair/bob", binding, leaves)) ? { leaves } : undefined;
}

/** Zeroes the pair: when its epoch ends or it is burnt. */
export function wipeAlicePair(pair: AlicePair): void {
  wipe(pair.delta, pair.leaves);
}

/** Zeroes the pair: when its epoch ends or it is burnt. */
export function wipeBobPair(pair: BobPair): void {
  wipe(pair.leaves);
}
