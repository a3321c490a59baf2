import { createInnerProduct, type Gf128 } from "../../src/math/gf128.ts";

/** The sum of coefficients[j] * blocks[j] in the field, where `words` holds the blocks one after another. */
export function innerProduct(coefficients: readonly Gf128[], words: Uint32Array): Gf128 {
  return createInnerProduct(coefficients).of(words, 0);
}

/** a * b in the field. */
export function multiplyGf128(a: Gf128, b: Gf128): Gf128 {
  return innerProduct([a], b);
}
