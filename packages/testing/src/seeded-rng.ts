import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

const BLOCK_BYTES = 32;
const FRACTION_BYTES = 6;

/** Gives the asked number of bytes. The same seed gives the same bytes for the same sequence of calls. */
export type SeededRng = (length: number) => Uint8Array;

/**
 * Repeatable bytes from a seed: SHA-256 over the seed and a block counter, read as one stream. For tests only: whoever
 * knows the seed knows the bytes.
 */
export function seededRng(seed: string): SeededRng {
  const seedBytes = utf8ToBytes(seed);
  let counter = 0;
  let rest = new Uint8Array(0);
  return (length) => {
    while (rest.length < length) {
      rest = concatBytes(rest, sha256(concatBytes(seedBytes, utf8ToBytes(`/${counter}`))));
      counter += 1;
    }
    const bytes = rest.slice(0, length);
    rest = rest.slice(length);
    return bytes;
  };
}

/** A number in [0, 1) from the next six bytes. */
export function fraction(rng: SeededRng): number {
  return Number(`0x${hex(rng(FRACTION_BYTES))}`) / 2 ** (8 * FRACTION_BYTES);
}

/** An integer in [0, end) from the next bytes; `end` from 1 to 2^32. Its bias is below 2^-16. */
export function integerBelow(rng: SeededRng, end: number): number {
  return Math.floor(fraction(rng) * end);
}

/** 32 bytes as lower-case hex with `0x`: an id, digest or hash. */
export function hash32(rng: SeededRng): `0x${string}` {
  return `0x${hex(rng(BLOCK_BYTES))}`;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
