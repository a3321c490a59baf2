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
  const b0 = words[from] ?? 0;
  const b1 = words[from + 1] ?? 0;
  const b2 = words[from + 2] ?? 0;
  const b3 = words[from + 3] ?? 0;
  for (let n = 1; n < 16; n++) {
    const half = at + (n >>> 1) * GF128_WORDS;
    const h0 = table[half] ?? 0;
    const h1 = table[half + 1] ?? 0;
    const h2 = table[half + 2] ?? 0;
    const h3 = table[half + 3] ?? 0;
    // 2h = h * x, and x^128 = x^7 + x^2 + x + 1; for an odd n the block itself comes on top.
    const odd = -(n & 1);
    const to = at + n * GF128_WORDS;
    table[to] = (h0 << 1) ^ (-(h3 >>> 31) & 0x87) ^ (odd & b0);
    table[to + 1] = (h1 << 1) ^ (h0 >>> 31) ^ (odd & b1);
    table[to + 2] = (h2 << 1) ^ (h1 >>> 31) ^ (odd & b2);
    table[to + 3] = (h3 << 1) ^ (h2 >>> 31) ^ (odd & b3);
  }
}

/** Where the coefficients' nibbles point in the tables, from the highest nibble: one place for each coefficient. */
function placesOf(coefficients: readonly Gf128[]): Uint32Array {
  const places = new Uint32Array(NIBBLES * coefficients.length);
  let next = 0;
  for (let nibble = NIBBLES - 1; nibble >= 0; nibble--) {
    for (const [j, coefficient] of coefficients.entries()) {
      const n = ((coefficient[nibble >>> 3] ?? 0) >>> (4 * (nibble & 7))) & 15;
      places[next++] = j * TABLE_WORDS + n * GF128_WORDS;
    }
  }
  return places;
}

/** Inner products with fixed coefficients, with its own scratch memory. */
export type InnerProduct = {
  /** The sum of coefficients[j] * blocks[j], where the blocks follow each other in `words` from word `from` on. */
  readonly of: (words: Uint32Array, from: number) => Gf128;
  /** Zeroes what is left of the last blocks. */
  readonly wipe: () => void;
};

/**
 * Prepares inner products.
 * @param coefficients public: they choose what is read from memory. The blocks may be secret.
 */
export function createInnerProduct(coefficients: readonly Gf128[]): InnerProduct {
  const count = coefficients.length;
  const places = placesOf(coefficients);
  const table = new Uint32Array(count * TABLE_WORDS);
  return {
    of(words, from) {
      for (let j = 0; j < count; j++) writeMultiples(words, from + j * GF128_WORDS, table, j * TABLE_WORDS);
      return horner(table, places, count);
    },
    wipe: () => {
      table.fill(0);
    },
  };
}

/** Horner over the nibbles of the coefficients, from the highest: multiply by x^4, reduce, add. */
function horner(table: Uint32Array, places: Uint32Array, count: number): Gf128 {
  let w0 = 0;
  let w1 = 0;
  let w2 = 0;
  let w3 = 0;
  for (let next = 0; next < places.length; ) {
    const top = w3 >>> 28;
    w3 = (w3 << 4) | (w2 >>> 28);
    w2 = (w2 << 4) | (w1 >>> 28);
    w1 = (w1 << 4) | (w0 >>> 28);
    w0 = (w0 << 4) ^ top ^ (top << 1) ^ (top << 2) ^ (top << 7);
    for (let j = 0; j < count; j++) {
      const at = places[next++] ?? 0;
      w0 ^= table[at] ?? 0;
      w1 ^= table[at + 1] ?? 0;
      w2 ^= table[at + 2] ?? 0;
      w3 ^= table[at + 3] ?? 0;
    }
  }
  return Uint32Array.of(w0, w1, w2, w3);
}
