import type { Branch } from "./base-ot.ts";
import { BLOCKS, K, LEAVES } from "./parameters.ts";

/** Bit `index` of Delta, in little-endian bit order. */
export function deltaBit(delta: Uint8Array, index: number): Branch {
  return (((delta[index >>> 3] ?? 0) >>> (index & 7)) & 1) === 0 ? 0 : 1;
}

/** y_i for each block: the four bits of Delta that belong to it, the number of the leaf that Alice does not get. */
export function missingLeaves(delta: Uint8Array): readonly number[] {
  return Array.from({ length: BLOCKS }, (_, i) => ((delta[i >>> 1] ?? 0) >>> (K * (i & 1))) & (LEAVES - 1));
}
