import { describe, expect, test } from "vitest";
import { bytesFromWords, wordsFromBytes } from "../../src/math/words.ts";
import { extendReceiver, extendSender } from "../../src/primitives/extension.ts";
import { checkCoefficients, foldRows } from "../../src/primitives/extension-check.ts";
import { BLOCKS, EXTENSION_MESSAGE_LENGTH, LAMBDA_C, ROW_LENGTH, XI } from "../../src/primitives/parameters.ts";
import { multiplyGf128 } from "../harness/gf128.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { correlatedPair, flipBit, missingLeaf } from "./correlated-pair.ts";

const sid = new Uint8Array(32).fill(1);
const X_AT = BLOCKS * ROW_LENGTH;
const T_AT = X_AT + 16;

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}

function fold(coefficients: readonly Uint32Array[], row: Uint8Array): Uint8Array {
  return foldRows(coefficients, wordsFromBytes(row));
}

describe(`OT extension (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/extension`);
  const { alice, bob } = correlatedPair(rng);
  const choices = rng(ROW_LENGTH);
  const { columns, message } = extendReceiver(bob, sid, choices);

  /**
   * The message of a Bob who uses choices XOR `error` in one block, with the check recomputed to fit as well as he can,
   * and who bets that the block's bits of Delta are `guess`.
   */
  function cheat(block: number, error: Uint8Array, guess: number): Uint8Array {
    const forged = message.slice();
    const row = forged.subarray(block * ROW_LENGTH, (block + 1) * ROW_LENGTH);
    row.set(xor(row, error));
    const before = checkCoefficients(sid, message.subarray(0, X_AT));
    const after = checkCoefficients(sid, forged.subarray(0, X_AT));
    forged.set(fold(after, choices), X_AT);
    const rows = honestRows(before);
    for (const [i, v] of rows.entries()) {
      const lie = (i >>> 2 === block && (guess >>> (i & 3)) & 1) === 1;
      forged.set(xor(fold(after, v), lie ? fold(after, error) : new Uint8Array(16)), T_AT + 16 * i);
    }
    return forged;
  }

  /** Bob's rows v: the first 512 bits from his columns, the mask from the honest t. */
  function honestRows(coefficients: readonly Uint32Array[]): readonly Uint8Array[] {
    return Array.from({ length: LAMBDA_C }, (_, i) => {
      const row = new Uint8Array(ROW_LENGTH);
      for (let j = 0; j < XI; j++) {
        const bit = ((columns[4 * j + (i >>> 5)] ?? 0) >>> (i & 31)) & 1;
        row[j >>> 3] = (row[j >>> 3] ?? 0) | (bit << (j & 7));
      }
      const t = message.subarray(T_AT + 16 * i, T_AT + 16 * (i + 1));
      row.set(xor(t, fold(coefficients, row)), XI / 8);
      return row;
    });
  }

  test("gives both sides columns that differ by Delta exactly where the choice is one", () => {
    const delta = wordsFromBytes(alice.delta);
    const w = extendSender(alice, sid, message);
    expect(message).toHaveLength(EXTENSION_MESSAGE_LENGTH);
    expect(w).toHaveLength(4 * XI);
    for (let j = 0; j < XI; j++) {
      const choice = ((choices[j >>> 3] ?? 0) >>> (j & 7)) & 1;
      for (let g = 0; g < 4; g++) {
        const expected = ((columns[4 * j + g] ?? 0) ^ (choice * (delta[g] ?? 0))) >>> 0;
        expect(w?.[4 * j + g]).toBe(expected);
      }
    }
  });

  test("another session id gives other columns: it is in the hash, not XORed into the leaves", () => {
    const otherSid = new Uint8Array(32).fill(2);
    const other = extendReceiver(bob, otherSid, choices);
    expect(other.columns).not.toEqual(columns);
    const shift = new Uint8Array(32).fill(3);
    const shifted = { leaves: xor(bob.leaves, new Uint8Array(bob.leaves.length).fill(3)) };
    expect(extendReceiver(shifted, xor(sid, shift), choices).columns).not.toEqual(columns);
    expect(extendSender(alice, otherSid, message)).toBeUndefined();
  });

  test("equal leaves at two places expand to different rows: block, number and counter are in the hash", () => {
    const equal = { leaves: new Uint8Array(bob.leaves.length).fill(5) };
    const { message: forged } = extendReceiver(equal, sid, new Uint8Array(ROW_LENGTH));
    const corrections = Array.from({ length: BLOCKS }, (_, i) =>
      forged.subarray(i * ROW_LENGTH, (i + 1) * ROW_LENGTH).join(),
    );
    expect(new Set(corrections).size).toBe(BLOCKS);
    // Sixteen equal rows would cancel to the choices, which are zero.
    expect(corrections).not.toContain(new Uint8Array(ROW_LENGTH).join());
    const parts = [0, 32].map((at) => forged.subarray(at, at + 32).join());
    expect(new Set(parts).size).toBe(2);
  });

  test.each(Array.from({ length: BLOCKS }, (_, i) => i))("a changed bit in u_%i is caught", (block) => {
    for (const offset of [0, 40, ROW_LENGTH - 1]) {
      const position = block * ROW_LENGTH + offset;
      expect(extendSender(alice, sid, flipBit(message, position, block % 8))).toBeUndefined();
    }
  });

  test("any changed byte of x is caught", () => {
    for (let i = 0; i < 16; i++) {
      expect(extendSender(alice, sid, flipBit(message, X_AT + i, i % 8))).toBeUndefined();
    }
  });

  test("a changed bit in any t_i is caught", () => {
    for (let i = 0; i < LAMBDA_C; i++) {
      expect(extendSender(alice, sid, flipBit(message, T_AT + 16 * i + (i % 16), i % 8))).toBeUndefined();
    }
  });

  test("other choices in one block pass only if all four bits of Delta there were guessed", () => {
    const error = flipBit(new Uint8Array(ROW_LENGTH), 3);
    for (const block of [0, 17, 31]) {
      for (let guess = 0; guess < 16; guess++) {
        const passed = extendSender(alice, sid, cheat(block, error, guess)) !== undefined;
        expect(passed).toBe(guess === missingLeaf(alice.delta, block));
      }
    }
  });

  test("an error that the check's mask hides would need the challenges beforehand", () => {
    // Error in the choices and the matching one in the mask, for the challenges of the honest message.
    const coefficients = checkCoefficients(sid, message.subarray(0, X_AT));
    const error = flipBit(new Uint8Array(ROW_LENGTH), 3);
    error.set(fold(coefficients, error), XI / 8);
    const missing = missingLeaf(alice.delta, 9);
    expect(fold(coefficients, error)).toEqual(new Uint8Array(16));
    expect(extendSender(alice, sid, cheat(9, error, missing ^ 1))).toBeUndefined();
  });
});

describe("the check's challenges", () => {
  const corrections = seededRng("challenges")(BLOCKS * ROW_LENGTH);
  const honest = checkCoefficients(sid, corrections).map((c) => c.join());

  test("are four different field elements", () => {
    expect(new Set(honest).size).toBe(4);
  });

  test("all change with a bit in any block of u, and with the session", () => {
    for (let block = 0; block < BLOCKS; block++) {
      const changed = checkCoefficients(sid, flipBit(corrections, block * ROW_LENGTH + block)).map((c) => c.join());
      expect(new Set([...honest, ...changed]).size).toBe(8);
    }
    const other = checkCoefficients(new Uint8Array(32).fill(2), corrections).map((c) => c.join());
    expect(new Set([...honest, ...other]).size).toBe(8);
  });

  test("weigh each block of a row by field multiplication; the last block has weight one", () => {
    const coefficients = checkCoefficients(sid, corrections);
    const row = wordsFromBytes(seededRng("row")(ROW_LENGTH));
    let expected = row.slice(16, 20);
    for (const [j, c] of coefficients.entries()) {
      const product = multiplyGf128(c, row.slice(4 * j, 4 * j + 4));
      expected = expected.map((word, i) => word ^ (product[i] ?? 0));
    }
    expect(foldRows(coefficients, row)).toEqual(bytesFromWords(expected));
  });
});
