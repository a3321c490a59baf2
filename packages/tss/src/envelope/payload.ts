import { keccak_256 } from "@noble/hashes/sha3.js";
import { concat, wipe } from "../math/bytes.ts";
import { sha256 } from "../transcript/sha256.ts";

/** Bytes of a leaf, of a payload hash and of the salt of a direct payload. */
export const LEAF_LENGTH = 32;

/**
 * A direct payload with the salt that hides it in the envelope's hash. The recipient holds both and can show them; an
 * observer of the envelope cannot guess the payload.
 */
export type DirectPayload = {
  /** 32 random bytes. */
  readonly salt: Uint8Array;
  readonly payload: Uint8Array;
};

/** Hash of a broadcast payload. It has no salt: everybody in the session reads it. */
function broadcastLeaf(payload: Uint8Array): Uint8Array {
  return keccak_256(payload);
}

/**
 * keccak256(salt ‖ SHA-256(payload)). The long part goes through SHA-256, which takes a sixth of the time here and is a
 * precompile of the EVM; binding needs both hashes to be collision resistant, hiding the salt alone.
 */
export function directLeaf(direct: DirectPayload): Uint8Array {
  const digest = sha256(direct.payload);
  const joined = concat(direct.salt, digest);
  const leaf = keccak_256(joined);
  wipe(digest, joined);
  return leaf;
}

/**
 * What the envelope commits to: keccak256 of the broadcast leaf and one leaf per recipient, ascending by party; no
 * direct leaves in a round without direct payloads (docs/protocol/envelope.md step 2).
 */
export function payloadHash(broadcast: Uint8Array, directLeaves: readonly Uint8Array[]): Uint8Array {
  return keccak_256(concat(broadcastLeaf(broadcast), ...directLeaves));
}
