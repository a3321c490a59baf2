import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "vitest";
import type { GroupSignature } from "../../src/index.ts";

/** Ethereum address of a compressed public key, computed without the library under test. */
export function addressOf(compressed: Uint8Array): Uint8Array {
  return keccak_256(secp256k1.Point.fromBytes(compressed).toBytes(false).subarray(1)).slice(12);
}

/** The public key of the group key tweaked by `tweak`. */
export function tweakedKey(groupKey: Uint8Array, tweak: bigint): Uint8Array {
  const point = secp256k1.Point.fromBytes(groupKey);
  return (tweak === 0n ? point : point.add(secp256k1.Point.BASE.multiply(tweak))).toBytes(true);
}

/** Checks a signature with noble alone: ECDSA, low s, and recovery to the address as the EVM does it. */
export function expectValid(signature: GroupSignature, digest: Uint8Array, publicKey: Uint8Array): void {
  const compact = signature.bytes.slice(0, 64);
  expect(signature.bytes).toHaveLength(65);
  expect(secp256k1.verify(compact, digest, publicKey, { prehash: false, lowS: true })).toBe(true);
  expect([27, 28]).toContain(signature.v);
  expect(signature.bytes[64]).toBe(signature.v);
  const recovered = secp256k1.Signature.fromBytes(compact, "compact")
    .addRecoveryBit(signature.v - 27)
    .recoverPublicKey(digest);
  expect(addressOf(recovered.toBytes(true))).toEqual(addressOf(publicKey));
}
