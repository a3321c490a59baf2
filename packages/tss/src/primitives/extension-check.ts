import { u8, wipe } from "../math/bytes.ts";
import { createInnerProduct, GF128_LENGTH, GF128_WORDS, type Gf128 } from "../math/gf128.ts";
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

/**
 * L(row) = last block + sum of chi_j * block_j over GF(2^128), for each row in `rows`, one after another, as bytes:
 * linear, and masked by the last block.
 */
export function foldRows(coefficients: readonly Gf128[], rows: Uint32Array): Uint8Array {
  const product = createInnerProduct(coefficients);
  const folded = new Uint32Array((rows.length / ROW_WORDS) * GF128_WORDS);
  for (let row = 0; row * ROW_WORDS < rows.length; row++) {
    const sum = product.of(rows, row * ROW_WORDS);
    const last = row * ROW_WORDS + FOLDED_WORDS;
    for (let i = 0; i < GF128_WORDS; i++) folded[row * GF128_WORDS + i] = (sum[i] ?? 0) ^ (rows[last + i] ?? 0);
    wipe(sum);
  }
  product.wipe();
  const out = bytesFromWords(folded);
  wipe(folded);
  return out;
}
