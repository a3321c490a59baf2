import { u8, wipe } from "../math/bytes.ts";
import { GF128_LENGTH, type Gf128, innerProduct } from "../math/gf128.ts";
import { bytesFromWords, wordsFromBytes } from "../math/words.ts";
import { H } from "../transcript/hash.ts";
import { CHECK_BLOCKS, ROW_LENGTH } from "./parameters.ts";

const ROW_WORDS = ROW_LENGTH / 4;
const FOLDED_WORDS = CHECK_BLOCKS * (GF128_LENGTH / 4);

/**
 * VOLE step 2: the four challenges chi_j of the consistency check, from all of Bob's corrections u. They must
 * depend on every bit of u: otherwise Bob could fit his rows to them.
 */
export function checkCoefficients(sid: Uint8Array, corrections: Uint8Array): readonly Gf128[] {
  const digest = H("ss/u", sid, corrections);
  return Array.from({ length: CHECK_BLOCKS }, (_, j) =>
    wordsFromBytes(H("ss/chi", sid, digest, u8(j)).subarray(0, GF128_LENGTH)),
  );
}

/** L(row) = last block + sum of chi_j * block_j over GF(2^128): linear, and masked by the last block. */
export function foldRow(coefficients: readonly Gf128[], row: Uint32Array): Gf128 {
  const folded = innerProduct(coefficients, row.subarray(0, FOLDED_WORDS));
  for (let i = 0; i < folded.length; i++) folded[i] = (folded[i] ?? 0) ^ (row[FOLDED_WORDS + i] ?? 0);
  return folded;
}

/** {@link foldRow} of each row in `rows`, one after another, as bytes. */
export function foldRows(coefficients: readonly Gf128[], rows: Uint32Array): Uint8Array {
  const out = new Uint8Array((rows.length / ROW_WORDS) * GF128_LENGTH);
  for (let row = 0; row * ROW_WORDS < rows.length; row++) {
    const folded = foldRow(coefficients, rows.subarray(row * ROW_WORDS, (row + 1) * ROW_WORDS));
    out.set(bytesFromWords(folded), row * GF128_LENGTH);
    wipe(folded);
  }
  return out;
}
