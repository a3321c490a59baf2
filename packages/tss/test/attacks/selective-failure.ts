import { wordsFromBytes } from "../../src/math/words.ts";
import { extendReceiver } from "../../src/primitives/extension.ts";
import { checkCoefficients, foldRows } from "../../src/primitives/extension-check.ts";
import type { BobPair } from "../../src/primitives/pair.ts";
import { BLOCKS, LAMBDA_C, ROW_LENGTH, XI } from "../../src/primitives/parameters.ts";

const X_AT = BLOCKS * ROW_LENGTH;
const T_AT = X_AT + 16;

/**
 * Bob's message of the selective-failure attack on the OT extension (Trail of Bits, September 2023): other choices in one
 * block, with the check made to fit if the four bits of Alice's Δ there are `guess`. Alice's check then passes exactly if
 * the guess is right: whether she goes on tells Bob.
 */
export function selectiveFailureMessage(
  bob: BobPair,
  sid: Uint8Array,
  choices: Uint8Array,
  block: number,
  guess: number,
): Uint8Array {
  const { columns, message } = extendReceiver(bob, sid, choices);
  const before = checkCoefficients(sid, message.subarray(0, X_AT));
  const rows = Array.from({ length: LAMBDA_C }, (_, i) => honestRow(columns, message, before, i));
  const forged = message.slice();
  const error = new Uint8Array(ROW_LENGTH);
  error[3] = 1;
  forged.set(xor(forged.slice(block * ROW_LENGTH, (block + 1) * ROW_LENGTH), error), block * ROW_LENGTH);
  const after = checkCoefficients(sid, forged.subarray(0, X_AT));
  forged.set(fold(after, choices), X_AT);
  for (const [i, row] of rows.entries()) {
    const isLie = i >>> 2 === block && ((guess >>> (i & 3)) & 1) === 1;
    const t = fold(after, row);
    forged.set(isLie ? xor(t, fold(after, error)) : t, T_AT + 16 * i);
  }
  return forged;
}

/** Bob's row v_i: the first 512 bits from his columns, the mask from the honest t_i. */
function honestRow(
  columns: Uint32Array,
  message: Uint8Array,
  coefficients: readonly Uint32Array[],
  i: number,
): Uint8Array {
  const row = new Uint8Array(ROW_LENGTH);
  for (let j = 0; j < XI; j++) {
    const bit = ((columns[4 * j + (i >>> 5)] ?? 0) >>> (i & 31)) & 1;
    row[j >>> 3] = (row[j >>> 3] ?? 0) | (bit << (j & 7));
  }
  const t = message.subarray(T_AT + 16 * i, T_AT + 16 * (i + 1));
  row.set(xor(t, fold(coefficients, row)), XI / 8);
  return row;
}

function fold(coefficients: readonly Uint32Array[], row: Uint8Array): Uint8Array {
  return foldRows(coefficients, wordsFromBytes(row));
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}
