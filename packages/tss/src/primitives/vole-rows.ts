import { reduce, type Scalar } from "../math/scalar.ts";
import { reduceWords, SCALAR_WORDS } from "../math/scalar-words.ts";
import { H } from "../transcript/hash.ts";
import type { Columns } from "./extension.ts";
import { VOLE_WIDTH, XI } from "./parameters.ts";
import { createRowHash } from "./row-hash.ts";

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
  const hash = createRowHash(H("vole/g", id));
  return Array.from({ length: XI }, (_, j) => {
    hash.hash(j, 0, 0, 0, 0);
    return hash.scalar();
  });
}

/**
 * The pads of an extension: SHA-256(H('ss/out', sid) || 256 j + w || column_j XOR offset) mod q. The row number is in
 * the hash, so equal columns give unrelated pads.
 * @param offset four words: zero for Bob's pads and Alice's first ones, Delta for her second ones
 */
export function padsOf(sid: Uint8Array, columns: Columns, offset: Uint32Array): VoleWords {
  const hash = createRowHash(H("ss/out", sid));
  const [o0 = 0, o1 = 0, o2 = 0, o3 = 0] = offset;
  const pads = new Int32Array(VOLE_WIDTH * XI * SCALAR_WORDS);
  for (let j = 0; j < XI; j++) {
    const at = j * COLUMN_WORDS;
    const c0 = (columns[at] ?? 0) ^ o0;
    const c1 = (columns[at + 1] ?? 0) ^ o1;
    const c2 = (columns[at + 2] ?? 0) ^ o2;
    const c3 = (columns[at + 3] ?? 0) ^ o3;
    for (let w = 0; w < VOLE_WIDTH; w++) {
      hash.hash((j << 8) | w, c0, c1, c2, c3);
      writePad(hash.digest, pads, (VOLE_WIDTH * j + w) * SCALAR_WORDS);
    }
  }
  hash.wipe();
  return pads;
}

function writePad(digest: Int32Array, pads: VoleWords, at: number): void {
  for (let i = 0; i < SCALAR_WORDS; i++) pads[at + i] = digest[i] ?? 0;
  reduceWords(pads, at);
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
