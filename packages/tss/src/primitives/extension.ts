import { wipe } from "../math/bytes.ts";
import { GF128_LENGTH } from "../math/gf128.ts";
import { bytesFromWords, swapBytes, wordsFromBytes } from "../math/words.ts";
import { H } from "../transcript/hash.ts";
import { transposeBits } from "./bit-matrix.ts";
import { missingLeaves } from "./delta.ts";
import { checkCoefficients, foldRows } from "./extension-check.ts";
import type { AlicePair, BobPair } from "./pair.ts";
import { BLOCKS, EXTENSION_MESSAGE_LENGTH, K, LAMBDA_C, LEAVES, ROW_LENGTH, XI } from "./parameters.ts";
import { DIGEST_WORDS, hashRows, ROW_HASH_WORDS } from "./row-hash.ts";

/*
 * OT extension of SoftSpokenOT (Roy, ePrint 2022/192) over small fields of 2^4 elements, with its consistency check
 * (the corrected form of the check of KOS15). docs/protocol/vole.md, steps 1 to 4.
 */

const ROW_WORDS = ROW_LENGTH / 4;
const LEAF_WORDS = 4;
const CORRECTIONS_LENGTH = BLOCKS * ROW_LENGTH;
const COLUMN_INPUT_WORDS = XI / 32;

/** The columns of an extension, four words each: 128 secret bits for each of the 512 correlated OTs. */
export type Columns = Uint32Array;

/** Rows of the PRG for one leaf, and words of their digests, of which the first 20 are used. */
const COUNTERS = Math.ceil(ROW_WORDS / DIGEST_WORDS);
const EXPANDED_WORDS = COUNTERS * DIGEST_WORDS;

/**
 * PRG: 80 bytes from each leaf, SHA-256(key || block, leaf number, 0, counter || leaf) for counters 0, 1, 2, where
 * key = H('ss/exp', sid). The session id goes through the hash, never XORed into the seed.
 * @param leaves 16 bytes each
 * @param numberOf block and number of each leaf, by its position
 * @returns the rows, {@link EXPANDED_WORDS} apart
 */
function expandLeaves(
  sid: Uint8Array,
  leaves: Uint8Array,
  numberOf: (at: number) => { readonly block: number; readonly x: number },
): Uint32Array {
  const seeds = wordsFromBytes(leaves);
  const rows = new Int32Array((seeds.length / LEAF_WORDS) * COUNTERS * ROW_HASH_WORDS);
  let to = 0;
  for (let at = 0; at < seeds.length; at += LEAF_WORDS) {
    const { block, x } = numberOf(at / LEAF_WORDS);
    for (let counter = 0; counter < COUNTERS; counter++) {
      rows[to++] = (block << 16) | (x << 8) | counter;
      for (let i = 0; i < LEAF_WORDS; i++) rows[to++] = swapBytes(seeds[at + i] ?? 0);
    }
  }
  const expanded = new Uint32Array(hashRows(H("ss/exp", sid), rows).buffer);
  for (let i = 0; i < expanded.length; i++) expanded[i] = swapBytes(expanded[i] ?? 0);
  wipe(seeds, rows);
  return expanded;
}

/** Adds the row in `source` from word `from` on to row `index`. */
function xorRow(rows: Uint32Array, index: number, source: Uint32Array, from: number): void {
  const at = index * ROW_WORDS;
  for (let i = 0; i < ROW_WORDS; i++) rows[at + i] = (rows[at + i] ?? 0) ^ (source[from + i] ?? 0);
}

/** Adds the row in `source` to row 4 * block + b for each set bit b of a position in the block. */
function addToRows(rows: Uint32Array, block: number, position: number, source: Uint32Array, from: number): void {
  for (let b = 0; b < K; b++) {
    if (((position >>> b) & 1) === 1) xorRow(rows, K * block + b, source, from);
  }
}

function columnsOf(rows: Uint32Array): Columns {
  return transposeBits(rows, LAMBDA_C, ROW_WORDS, COLUMN_INPUT_WORDS);
}

/** Bob's rows v and corrections u: u_i = beta' + sum of all leaves, v_{4i+b} = sum of the leaves with bit b set. */
function receiverRows(
  pair: BobPair,
  sid: Uint8Array,
  extendedChoices: Uint8Array,
): { readonly v: Uint32Array; readonly u: Uint32Array } {
  const choices = wordsFromBytes(extendedChoices);
  const v = new Uint32Array(LAMBDA_C * ROW_WORDS);
  const u = new Uint32Array(BLOCKS * ROW_WORDS);
  const numberOf = (at: number) => ({ block: Math.floor(at / LEAVES), x: at % LEAVES });
  const expanded = expandLeaves(sid, pair.leaves, numberOf);
  for (let at = 0; at < BLOCKS * LEAVES; at++) {
    const { block, x } = numberOf(at);
    xorRow(u, block, expanded, at * EXPANDED_WORDS);
    addToRows(v, block, x, expanded, at * EXPANDED_WORDS);
  }
  for (let block = 0; block < BLOCKS; block++) xorRow(u, block, choices, 0);
  wipe(choices, expanded);
  return { v, u };
}

/**
 * VOLE steps 1 to 3, Bob: extends his choices to 512 correlated OTs.
 * @param extendedChoices beta', 80 bytes: 64 of choice bits and 16 random ones that mask the check; secret
 * @returns `columns`: his secret columns; `message`: u (2,560 B), x (16 B), t (2,048 B)
 */
export function extendReceiver(
  pair: BobPair,
  sid: Uint8Array,
  extendedChoices: Uint8Array,
): { readonly columns: Columns; readonly message: Uint8Array } {
  const { v, u } = receiverRows(pair, sid, extendedChoices);
  const corrections = bytesFromWords(u);
  const coefficients = checkCoefficients(sid, corrections);
  const message = new Uint8Array(EXTENSION_MESSAGE_LENGTH);
  message.set(corrections, 0);
  message.set(foldRows(coefficients, wordsFromBytes(extendedChoices)), CORRECTIONS_LENGTH);
  message.set(foldRows(coefficients, v), CORRECTIONS_LENGTH + GF128_LENGTH);
  const columns = columnsOf(v);
  wipe(v);
  return { columns, message };
}

/**
 * Alice's rows w: sum of the leaves whose distance from the missing one has bit b set, plus bit b of y times u. In each
 * row w = v + Delta_bit * beta'.
 */
function senderRows(pair: AlicePair, sid: Uint8Array, corrections: Uint8Array): Uint32Array {
  const missing = missingLeaves(pair.delta);
  // The position of a leaf is its distance e from the missing one.
  const numberOf = (at: number) => {
    const block = Math.floor(at / (LEAVES - 1));
    return { block, x: (1 + (at % (LEAVES - 1))) ^ (missing[block] ?? 0) };
  };
  const expanded = expandLeaves(sid, pair.leaves, numberOf);
  const u = wordsFromBytes(corrections);
  const rows = new Uint32Array(LAMBDA_C * ROW_WORDS);
  for (let at = 0; at < BLOCKS * (LEAVES - 1); at++) {
    addToRows(rows, Math.floor(at / (LEAVES - 1)), 1 + (at % (LEAVES - 1)), expanded, at * EXPANDED_WORDS);
  }
  for (const [block, y] of missing.entries()) {
    for (let b = 0; b < K; b++) addMasked(rows, K * block + b, u.subarray(block * ROW_WORDS), (y >>> b) & 1);
  }
  wipe(expanded);
  return rows;
}

/** Adds bit * row to row `index`, without a branch on the secret bit. */
function addMasked(rows: Uint32Array, index: number, row: Uint32Array, bit: number): void {
  const at = index * ROW_WORDS;
  for (let i = 0; i < ROW_WORDS; i++) rows[at + i] = (rows[at + i] ?? 0) ^ (-bit & (row[i] ?? 0));
}

/** Whether L(w_i) = t_i + Delta_i * x for all 128 rows; all are compared before the verdict. */
function passesCheck(pair: AlicePair, folded: Uint8Array, x: Uint8Array, t: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < folded.length; i++) {
    const row = i >>> 4;
    const mask = -(((pair.delta[row >>> 3] ?? 0) >>> (row & 7)) & 1);
    difference |= (folded[i] ?? 0) ^ (t[i] ?? 0) ^ (mask & (x[i & 15] ?? 0));
  }
  return difference === 0;
}

/**
 * VOLE step 4, Alice: checks Bob's message and extends.
 * @param message Bob's 4,624 bytes, length already checked
 * @returns her secret columns (column j = Bob's column j + beta_j * Delta), or undefined when the check fails: then the
 * pair is burnt, because Bob may have learnt bits of Delta
 */
export function extendSender(pair: AlicePair, sid: Uint8Array, message: Uint8Array): Columns | undefined {
  const corrections = message.subarray(0, CORRECTIONS_LENGTH);
  const rows = senderRows(pair, sid, corrections);
  const folded = foldRows(checkCoefficients(sid, corrections), rows);
  const x = message.subarray(CORRECTIONS_LENGTH, CORRECTIONS_LENGTH + GF128_LENGTH);
  const t = message.subarray(CORRECTIONS_LENGTH + GF128_LENGTH);
  const passed = passesCheck(pair, folded, x, t);
  const columns = passed ? columnsOf(rows) : undefined;
  wipe(rows, folded);
  return columns;
}
