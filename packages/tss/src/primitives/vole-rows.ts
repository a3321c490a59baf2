import { wipe } from "../math/bytes.ts";
import { reduce, type Scalar } from "../math/scalar.ts";
import { reduceWords, SCALAR_WORDS, scalarsFromWords } from "../math/scalar-words.ts";
import { swapBytes } from "../math/words.ts";
import { H } from "../transcript/hash.ts";
import type { Columns } from "./extension.ts";
import { VOLE_WIDTH, XI } from "./parameters.ts";
import { hashRows, ROW_HASH_WORDS } from "./row-hash.ts";

/*
 * The rows of a VOLE: W = 3 scalars for each of the 512 correlated OTs, row j scalar w at position 3 j + w.
 */

const COLUMN_WORDS = 4;

/** 1,536 scalars, row by row. */
export type VoleRows = readonly Scalar[];

/** The same as words, eight for each scalar. */
export type VoleWords = Int32Array;

/** g_j for j = 0..511: public, pseudorandom, the same on both sides. */
export type Gadget = readonly Scalar[];

/**
 * SHA-256(H('vole/g', id) || j || 0^16) mod q for j = 0..511. One gadget serves all VOLEs of a session: it is public and
 * independent of Bob's choices, which is all that its use asks for.
 * @param id 32 bytes, not known before the session
 */
export function gadget(id: Uint8Array): Gadget {
  const rows = new Int32Array(XI * ROW_HASH_WORDS);
  for (let j = 0; j < XI; j++) rows[j * ROW_HASH_WORDS] = j;
  return scalarsFromWords(reducedHashes(H("vole/g", id), rows));
}

/**
 * The pads of an extension: SHA-256(H('ss/out', sid) || 256 j + w || column_j XOR offset) mod q. The row number is in
 * the hash, so equal columns give unrelated pads.
 * @param offset four words: zero for Bob's pads and Alice's first ones, Delta for her second ones
 */
export function padsOf(sid: Uint8Array, columns: Columns, offset: Uint32Array): VoleWords {
  const rows = new Int32Array(VOLE_WIDTH * XI * ROW_HASH_WORDS);
  let at = 0;
  for (let j = 0; j < XI; j++) {
    for (let w = 0; w < VOLE_WIDTH; w++) {
      rows[at++] = (j << 8) | w;
      for (let i = 0; i < COLUMN_WORDS; i++) {
        rows[at++] = swapBytes((columns[j * COLUMN_WORDS + i] ?? 0) ^ (offset[i] ?? 0));
      }
    }
  }
  const pads = reducedHashes(H("ss/out", sid), rows);
  wipe(rows);
  return pads;
}

function reducedHashes(key: Uint8Array, rows: Int32Array): VoleWords {
  const words = hashRows(key, rows);
  for (let at = 0; at < words.length; at += SCALAR_WORDS) reduceWords(words, at);
  return words;
}

/** beta_j for j = 0..511 as 0n or 1n, from 64 bytes in little-endian bit order. */
export function choiceBits(choices: Uint8Array): readonly bigint[] {
  return Array.from({ length: XI }, (_, j) => BigInt(((choices[j >>> 3] ?? 0) >>> (j & 7)) & 1));
}

/** Sum of g_j * rows[3 j + w] mod q, reduced once at the end. */
export function gadgetProduct(g: Gadget, rows: VoleRows, w: number): Scalar {
  let sum = 0n;
  for (let j = 0; j < XI; j++) sum += (g[j] ?? 0n) * (rows[VOLE_WIDTH * j + w] ?? 0n);
  return reduce(sum);
}

/** chi = sum of g_j over the rows where beta_j = 1. */
export function gadgetSum(g: Gadget, bits: readonly bigint[]): Scalar {
  let sum = 0n;
  for (let j = 0; j < XI; j++) sum += (g[j] ?? 0n) * (bits[j] ?? 0n);
  return reduce(sum);
}
