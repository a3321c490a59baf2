/**
 * GF(2^128) with x^128 + x^7 + x^2 + x + 1. An element is 16 bytes in little-endian bit order: bit i (bit i mod 8 of
 * byte i div 8) is the coefficient of x^i. In memory: four 32-bit words, least significant first.
 */
export type Gf128 = Uint32Array;

/** Bytes of an element. */
export const GF128_LENGTH = 16;

/** 32-bit words of an element. */
export const GF128_WORDS = 4;

// x^128 = x^7 + x^2 + x + 1
const REDUCTION = 0x87;

/** The sum of coefficients[j] * blocks[j] in the field, where `words` holds the blocks one after another. */
export function innerProduct(coefficients: readonly Gf128[], words: Uint32Array): Gf128 {
  let [w0, w1, w2, w3] = [0, 0, 0, 0];
  // Horner over the bits of the coefficients, from the highest: shift, reduce, add. No branch and no index depends on
  // a value.
  for (let bit = 127; bit >= 0; bit--) {
    const carry = -(w3 >>> 31) & REDUCTION;
    w3 = (w3 << 1) | (w2 >>> 31);
    w2 = (w2 << 1) | (w1 >>> 31);
    w1 = (w1 << 1) | (w0 >>> 31);
    w0 = (w0 << 1) ^ carry;
    for (let j = 0; j < coefficients.length; j++) {
      const mask = -(((coefficients[j]?.[bit >>> 5] ?? 0) >>> (bit & 31)) & 1);
      const at = j * GF128_WORDS;
      w0 ^= mask & (words[at] ?? 0);
      w1 ^= mask & (words[at + 1] ?? 0);
      w2 ^= mask & (words[at + 2] ?? 0);
      w3 ^= mask & (words[at + 3] ?? 0);
    }
  }
  return Uint32Array.of(w0, w1, w2, w3);
}

/** a * b in the field. */
export function multiplyGf128(a: Gf128, b: Gf128): Gf128 {
  return innerProduct([a], b);
}
