import { TssError } from "../errors.ts";

/** A cryptographic source of randomness: returns exactly `length` fresh bytes that the caller owns. */
export type Rng = (length: number) => Uint8Array;

/** `length` random bytes. Throws `brokenRng` when the source returns another length. */
export function randomBytes(rng: Rng, length: number): Uint8Array {
  const bytes = rng(length);
  if (bytes.length !== length) {
    throw new TssError("brokenRng", `the random source returned ${bytes.length} bytes instead of ${length}`);
  }
  return bytes;
}
