import { ORDER, type Scalar } from "./scalar.ts";

/*
 * Scalars as eight 32-bit words each, most significant first: for thousands of additions at a time, where big integers
 * would spend most of their time on memory. No index depends on a value, and no branch but one: a number of 256 bits is
 * compared with q word by word only if it starts with 127 ones, as one in 2^127 of the hashes and masked values here does.
 */

/** 32-bit words of a scalar. */
export const SCALAR_WORDS = 8;

const ORDER_WORDS = wordsFromScalars([ORDER]);

/** The words of all values, one after another. Each must be below 2^256. */
export function wordsFromScalars(values: readonly bigint[]): Int32Array {
  const view = new DataView(new ArrayBuffer(32 * values.length));
  for (const [i, value] of values.entries()) {
    for (let limb = 0; limb < 4; limb++) view.setBigUint64(32 * i + 8 * limb, value >> BigInt(192 - 64 * limb));
  }
  const words = wordsFromEncoded(new Uint8Array(view.buffer));
  new Uint8Array(view.buffer).fill(0);
  return words;
}

/** The words of scalars in their encoding, 32 big-endian bytes each; the length is a multiple of 32. */
export function wordsFromEncoded(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Int32Array(bytes.length / 4);
  for (let i = 0; i < words.length; i++) words[i] = view.getInt32(4 * i);
  return words;
}

/** Writes the encodings, 32 big-endian bytes each, into `out` from its first byte on. */
export function encodeWords(words: Int32Array, out: Uint8Array): void {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let i = 0; i < words.length; i++) view.setInt32(4 * i, words[i] ?? 0);
}

/** The numbers in the words. */
export function scalarsFromWords(words: Int32Array): readonly Scalar[] {
  const bytes = new Uint8Array(4 * words.length);
  encodeWords(words, bytes);
  const view = new DataView(bytes.buffer);
  const scalars = Array.from({ length: words.length / SCALAR_WORDS }, (_, i) => {
    const high = (view.getBigUint64(32 * i) << 64n) | view.getBigUint64(32 * i + 8);
    return (high << 128n) | (view.getBigUint64(32 * i + 16) << 64n) | view.getBigUint64(32 * i + 24);
  });
  bytes.fill(0);
  return scalars;
}

/** 1 if the number from word `at` on is below q, else 0. */
export function isBelowOrder(words: Int32Array, at: number): number {
  // q starts with 127 ones.
  const first = (words[at] ?? 0) & (words[at + 1] ?? 0) & (words[at + 2] ?? 0) & ((words[at + 3] ?? 0) | 1);
  return first === -1 ? compareWithOrder(words, at) : 1;
}

function compareWithOrder(words: Int32Array, at: number): number {
  let borrow = 0;
  for (let i = SCALAR_WORDS - 1; i >= 0; i--) {
    const x = words[at + i] ?? 0;
    const y = ORDER_WORDS[i] ?? 0;
    borrow = borrowOf(x, y, (x - y - borrow) | 0);
  }
  return borrow;
}

/** Reduces the number from word `at` on: 2^256 < 2q, so one subtraction is enough. */
export function reduceWords(words: Int32Array, at: number): void {
  if (isBelowOrder(words, at) === 0) subtractRaw(words, at, ORDER_WORDS, 0, -1);
}

/** target += mask & source mod q, where both are scalars and the mask is 0 or -1. */
export function addWords(target: Int32Array, at: number, source: Int32Array, from: number, mask = -1): void {
  const carry = addRaw(target, at, source, from, mask);
  subtractRaw(target, at, ORDER_WORDS, 0, -carry | (isBelowOrder(target, at) - 1));
}

/** target -= source mod q, where both are scalars. */
export function subtractWords(target: Int32Array, at: number, source: Int32Array, from: number): void {
  const borrow = subtractRaw(target, at, source, from, -1);
  addRaw(target, at, ORDER_WORDS, 0, -borrow);
}

/** target += mask & source mod 2^256; returns the carry. */
function addRaw(target: Int32Array, at: number, source: Int32Array, from: number, mask: number): number {
  let carry = 0;
  for (let i = SCALAR_WORDS - 1; i >= 0; i--) {
    const x = target[at + i] ?? 0;
    const y = (source[from + i] ?? 0) & mask;
    const sum = (x + y + carry) | 0;
    carry = ((x & y) | ((x | y) & ~sum)) >>> 31;
    target[at + i] = sum;
  }
  return carry;
}

/** target -= mask & source mod 2^256; returns the borrow. */
function subtractRaw(target: Int32Array, at: number, source: Int32Array, from: number, mask: number): number {
  let borrow = 0;
  for (let i = SCALAR_WORDS - 1; i >= 0; i--) {
    const x = target[at + i] ?? 0;
    const y = (source[from + i] ?? 0) & mask;
    const difference = (x - y - borrow) | 0;
    borrow = borrowOf(x, y, difference);
    target[at + i] = difference;
  }
  return borrow;
}

/** What is borrowed from the next word for x - y - (borrow before) = difference mod 2^32. */
function borrowOf(x: number, y: number, difference: number): number {
  return ((~x & y) | ((~x | y) & difference)) >>> 31;
}
