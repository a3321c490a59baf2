import { concat, u8 } from "../math/bytes.ts";
import { combineUnsafe } from "../math/point.ts";
import { encodeScalar, invertScalar, multiplyScalars, ORDER, type Scalar, sumScalars } from "../math/scalar.ts";
import type { Rerandomised } from "./rerandomise.ts";

/** One signer's message: u'_i and w_i. Reveals nothing but its part of this one signature. */
export type PartialSignature = { readonly u: Scalar; readonly w: Scalar };

/** An ECDSA signature of the group key, as the EVM wants it. */
export type GroupSignature = {
  readonly r: Scalar;
  /** At most q/2. */
  readonly s: Scalar;
  /** 27 or 28. */
  readonly v: 27 | 28;
  /** r ‖ s ‖ v, 65 bytes. */
  readonly bytes: Uint8Array;
};

/**
 * Combines and verifies (docs/protocol/online.md steps 6–8). A signature that does not verify is never returned.
 * @returns undefined if the sum of the u' is zero, s is zero, or the signature is not one of pk' over m
 */
export function combine(terms: Rerandomised, partials: readonly PartialSignature[]): GroupSignature | undefined {
  const u = sumScalars(partials.map((partial) => partial.u));
  const w = sumScalars(partials.map((partial) => partial.w));
  if (u === 0n || w === 0n) return undefined;
  // One inversion for both: of u, which s = w / u divides by, and of s itself.
  const inverse = invertScalar(multiplyScalars(u, w));
  const s = multiplyScalars(inverse, multiplyScalars(w, w));
  return isValid(terms, multiplyScalars(inverse, multiplyScalars(u, u))) ? normalise(terms, s) : undefined;
}

/** s^-1 (m G + r' pk') = R' as points: stronger than ECDSA verification, because it fixes the recovery bit too. */
function isValid(terms: Rerandomised, inverse: Scalar): boolean {
  const point = combineUnsafe(multiplyScalars(terms.m, inverse), terms.childKey, multiplyScalars(terms.r, inverse));
  return point.equals(terms.noncePoint);
}

/** Low s: negating s negates R', so the parity flips. */
function normalise(terms: Rerandomised, s: Scalar): GroupSignature {
  const isHigh = s > ORDER / 2n;
  const low = isHigh ? ORDER - s : s;
  const v = terms.isOdd !== isHigh ? 28 : 27;
  return { r: terms.r, s: low, v, bytes: concat(encodeScalar(terms.r), encodeScalar(low), u8(v)) };
}
