import type { Rng } from "../../src/math/rng.ts";
import { ALICE_LEAVES_LENGTH, type AlicePair, BOB_LEAVES_LENGTH, type BobPair } from "../../src/primitives/pair.ts";
import { BLOCKS, LEAVES, SEED_LENGTH } from "../../src/primitives/parameters.ts";

/** The four bits of Delta that belong to a block: the number of Alice's missing leaf. */
export function missingLeaf(delta: Uint8Array, block: number): number {
  return ((delta[block >>> 1] ?? 0) >>> (4 * (block & 1))) & 15;
}

/** A pair as an honest setup makes it, without the base OTs: Bob's leaves and all but one of each block for Alice. */
export function correlatedPair(rng: Rng): { readonly alice: AlicePair; readonly bob: BobPair } {
  const bob = rng(BOB_LEAVES_LENGTH);
  const delta = rng(SEED_LENGTH);
  const leaves = new Uint8Array(ALICE_LEAVES_LENGTH);
  for (let block = 0; block < BLOCKS; block++) {
    for (let e = 1; e < LEAVES; e++) {
      const from = (block * LEAVES + (e ^ missingLeaf(delta, block))) * SEED_LENGTH;
      leaves.set(bob.subarray(from, from + SEED_LENGTH), (block * (LEAVES - 1) + e - 1) * SEED_LENGTH);
    }
  }
  return { alice: { delta, leaves }, bob: { leaves: bob } };
}

/** A copy of `bytes` with one bit changed. */
export function flipBit(bytes: Uint8Array, position: number, bit = 0): Uint8Array {
  const copy = bytes.slice();
  copy[position] = (copy[position] ?? 0) ^ (1 << bit);
  return copy;
}
