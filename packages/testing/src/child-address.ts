import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";

const { Point } = secp256k1;

/**
 * Address of pk + ε G, computed without the library under test.
 * @param groupKey pk, 33 bytes compressed
 * @param tweak ε in 0..q-1; 0 gives the group key's own address
 * @returns 20 bytes as lower-case hex with `0x`
 */
export function childAddress(groupKey: Uint8Array, tweak: bigint): `0x${string}` {
  const key = Point.fromBytes(groupKey);
  const child = tweak === 0n ? key : key.add(Point.BASE.multiply(tweak));
  const digest = keccak_256(child.toBytes(false).slice(1));
  return `0x${Buffer.from(digest.slice(12)).toString("hex")}`;
}
