import { TssError } from "../errors.ts";
import { equalBytes, wipe } from "./bytes.ts";

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

/**
 * The test at the start of a session: a source that gives the same 32 bytes twice is stuck, and polynomials, choice bits
 * and nonces drawn from it would be known. It finds no weaker fault than that.
 * @throws TssError `brokenRng`
 */
export function assertNotStuck(rng: Rng): void {
  const first = randomBytes(rng, 32);
  const second = randomBytes(rng, 32);
  const isStuck = equalBytes(first, second);
  wipe(first, second);
  if (isStuck) throw new TssError("brokenRng", "the random source returned the same 32 bytes twice");
}
