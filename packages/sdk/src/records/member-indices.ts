const MAX_MEMBERS = 64;

/** Positions of the set bits of a contract's member bitmap, ascending. */
export function memberIndicesOf(bitmap: bigint): readonly number[] {
  return Array.from({ length: MAX_MEMBERS }, (_, index) => index).filter((index) => (bitmap >> BigInt(index)) & 1n);
}
