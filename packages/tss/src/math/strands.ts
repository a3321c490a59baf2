import type { AffinePoint } from "./backend.ts";
import { type Digits, endomorphism, HALF_BITS, signedDigits, splitScalar } from "./digits.ts";
import type { Scalar } from "./scalar.ts";

/*
 * Multiplication of points that have no table: each scalar becomes two strands of signed 4-bit digits, which share their
 * doublings with all others.
 */

/** Doublings from one digit to the next. */
export const STRAND_WINDOW = 4;

/** Digits of a strand. */
export const STRAND_DIGITS = Math.ceil(HALF_BITS / STRAND_WINDOW);

/** Multiples of a point that digits choose from: 1 to 8. */
export const STRAND_ENTRIES = 2 ** (STRAND_WINDOW - 1);

/** One half of a split scalar, and the multiples 1..8 of the point, or of its image, that its digits choose from. */
export type Strand = { readonly digits: Digits; readonly multiples: readonly AffinePoint[] };

/** The two strands of scalar * P. `multiples`: those of P, whose lengths are not checked. */
export function strandsOf(scalar: Scalar, multiples: readonly AffinePoint[]): readonly Strand[] {
  const [k1, k2] = splitScalar(scalar);
  return [
    { digits: signedDigits(k1, STRAND_DIGITS, STRAND_WINDOW), multiples },
    { digits: signedDigits(k2, STRAND_DIGITS, STRAND_WINDOW), multiples: multiples.map(endomorphism) },
  ];
}
