import { utf8ToBytes } from "@noble/hashes/utils.js";
import { wipe } from "../math/bytes.ts";
import { reduceBytes64, type Scalar } from "../math/scalar.ts";
import { sha256 } from "./sha256.ts";
import type { Tag } from "./tags.ts";

/** Bytes of a hash of this library. */
export const HASH_LENGTH = 32;

/**
 * The string that is hashed: u64(total) || u32(|tag|) || tag || u32(|p1|) || p1 || ..., big-endian, where total counts
 * the bytes after itself. Injective because every part carries its length, and prefix-free because the total comes
 * first, so a hash with a secret part cannot be extended.
 */
export function encodeTranscript(tag: string, parts: readonly Uint8Array[]): Uint8Array {
  const name = tagBytes(tag);
  let total = 4 + name.length;
  for (const part of parts) total += 4 + part.length;
  const out = new Uint8Array(8 + total);
  // The upper half of the 64-bit total: no array is that long.
  writeU32(out, 0, Math.floor(total / 2 ** 32));
  writeU32(out, 4, total);
  let offset = writeField(out, 8, name);
  for (const part of parts) offset = writeField(out, offset, part);
  return out;
}

// As many as there are tags with their suffixes.
const encodedTags = new Map<string, Uint8Array>();

function tagBytes(tag: string): Uint8Array {
  const known = encodedTags.get(tag) ?? utf8ToBytes(tag);
  encodedTags.set(tag, known);
  return known;
}

function writeU32(out: Uint8Array, offset: number, value: number): void {
  for (let i = 0; i < 4; i++) out[offset + i] = value >>> (24 - 8 * i);
}

/** Writes the length and the field; returns where the next one starts. */
function writeField(out: Uint8Array, offset: number, field: Uint8Array): number {
  writeU32(out, offset, field.length);
  out.set(field, offset + 4);
  return offset + 4 + field.length;
}

function hashText(tag: string, parts: readonly Uint8Array[]): Uint8Array {
  const preimage = encodeTranscript(tag, parts);
  const digest = sha256(preimage);
  // A part may be secret; this copy of it is ours.
  wipe(preimage);
  return digest;
}

/** SHA-256 of {@link encodeTranscript}: 32 bytes. */
export function H(tag: Tag, ...parts: readonly Uint8Array[]): Uint8Array {
  return hashText(tag, parts);
}

/** Hs: the 64 bytes of H under tag/0 and tag/1, reduced mod q. Uniform up to 2^-256. */
export function hashToScalar(tag: Tag, ...parts: readonly Uint8Array[]): Scalar {
  const wide = new Uint8Array(2 * HASH_LENGTH);
  wide.set(hashText(`${tag}/0`, parts), 0);
  wide.set(hashText(`${tag}/1`, parts), HASH_LENGTH);
  const scalar = reduceBytes64(wide);
  wipe(wide);
  return scalar;
}
