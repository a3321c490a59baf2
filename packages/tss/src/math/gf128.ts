/**
 * GF(2^128) with x^128 + x^7 + x^2 + x + 1. An element is 16 bytes in little-endian bit order: bit i (bit i mod 8 of
 * byte i div 8) is the coefficient of x^i. In memory: four 32-bit words, least significant first.
 */
export type Gf128 = Uint32Array;

/** Bytes of an element. */
export const GF128_LENGTH = 16;

/** 32-bit words of an element. */
export const GF128_WORDS = 4;

const NIBBLES = 32;

/** Words of one block's table: its products with the sixteen polynomials of degree below four. */
const TABLE_WORDS = 16 * GF128_WORDS;

/** Writes n * block for n = 0..15 into `table` at `at`. The block is secret: no branch and no index depends on it. */
function writeMultiples(words: Uint32Array, from: number, table: Uint32Array, at: number): void {
  for (let i = 0; i < GF128_WORDS; i++) table[at + GF128_WORDS + i] = words[from + i] ?? 0;
  for (let n = 2; n < 16; n++) {
    const half = at + (n >>> 1) * GF128_WORDS;
    const to = at + n * GF128_WORDS;
    // 2h = h * x, and x^128 = x^7 + x^2 + x + 1; for an odd n the block itself comes on top.
    const carry = -((table[half + 3] ?? 0) >>> 31) & 0x87;
    const odd = -(n & 1);
    table[to] = ((table[half] ?? 0) << 1) ^ carry ^ (odd & (words[from] ?? 0));
    for (let i = 1; i < GF128_WORDS; i++) {
      const shifted = ((table[half + i] ?? 0) << 1) | ((table[half + i - 1] ?? 0) >>> 31);
      table[to + i] = shifted ^ (odd & (words[from + i] ?? 0));
    }
  }
}

/**
 * The sum of coefficients[j] * blocks[j] in the field, where `words` holds the blocks one after another.
 * @param coefficients public: they choose what is read from memory
 * @param words may be secret
 */
export function innerProduct(coefficients: readonly Gf128[], words: Uint32Array): Gf128 {
  const table = new Uint32Array(coefficients.length * TABLE_WORDS);
  for (let j = 0; j < coefficients.length; j++) writeMultiples(words, j * GF128_WORDS, table, j * TABLE_WORDS);
  let w0 = 0;
  let w1 = 0;
  let w2 = 0;
  let w3 = 0;
  // Horner over the nibbles of the coefficients, from the highest: multiply by x^4, reduce, add.
  for (let nibble = NIBBLES - 1; nibble >= 0; nibble--) {
    const top = w3 >>> 28;
    w3 = (w3 << 4) | (w2 >>> 28);
    w2 = (w2 << 4) | (w1 >>> 28);
    w1 = (w1 << 4) | (w0 >>> 28);
    w0 = (w0 << 4) ^ top ^ (top << 1) ^ (top << 2) ^ (top << 7);
    for (let j = 0; j < coefficients.length; j++) {
      const n = ((coefficients[j]?.[nibble >>> 3] ?? 0) >>> (4 * (nibble & 7))) & 15;
      const at = j * TABLE_WORDS + n * GF128_WORDS;
      w0 ^= table[at] ?? 0;
      w1 ^= table[at + 1] ?? 0;
      w2 ^= table[at + 2] ?? 0;
      w3 ^= table[at + 3] ?? 0;
    }
  }
  table.fill(0);
  return Uint32Array.of(w0, w1, w2, w3);
}

/** a * b in the field; `a` is public. */
export function multiplyGf128(a: Gf128, b: Gf128): Gf128 {
  return innerProduct([a], b);
}
