import type { AffinePoint } from "./backend.ts";
import { fold } from "./field.ts";
import { ORDER, type Scalar } from "./scalar.ts";

/*
 * How scalars are cut for multiplication: into halves by the endomorphism of the curve, and into signed windows.
 */

/** beta of the endomorphism lambda * (x, y) = (beta * x, y). */
export const BETA = 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een;

/** Eigenvalue of the endomorphism. */
export const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;

/** A short basis of the lattice of (a, b) with a + b * lambda = 0 mod q (Gallant, Lambert, Vanstone, 2001). */
const [A1, B1] = [0x3086d221a7d46bcde86c90e49284eb15n, -0xe4437ed6010e88286f547fa90abfe4c3n];
const [A2, B2] = [0x114ca50f7a8e2f3f657c1108d9d44cfd8n, 0x3086d221a7d46bcde86c90e49284eb15n];

/** Digits of a number in windows of some bits, the lowest first. */
export type Digits = readonly number[];

/** Bits of a half scalar in absolute value. */
export const HALF_BITS = 129;

function roundedQuotient(numerator: bigint): bigint {
  return (2n * numerator + ORDER) / (2n * ORDER);
}

/** k = k1 + k2 * lambda mod q with |k1|, |k2| < 2^129. */
export function splitScalar(k: Scalar): readonly [bigint, bigint] {
  const c1 = roundedQuotient(B2 * k);
  const c2 = roundedQuotient(-B1 * k);
  return [k - c1 * A1 - c2 * A2, -c1 * B1 - c2 * B2];
}

/** lambda * P without a multiplication: (x, y) goes to (beta x, y). */
export function endomorphism({ x, y }: AffinePoint): AffinePoint {
  return { x: fold(x * BETA), y };
}

/**
 * Digits d with k = sum of d_i * 2^(window i) and -2^(window - 1) < d_i <= 2^(window - 1); negative k gives the negated
 * digits.
 */
export function signedDigits(k: bigint, count: number, window: number): Digits {
  const [size, mask] = [2 ** window, 2n ** BigInt(window) - 1n];
  const [sign, absolute] = k < 0n ? [-1, -k] : [1, k];
  let carry = 0;
  return Array.from({ length: count }, (_, i) => {
    const low = Number((absolute >> BigInt(window * i)) & mask) + carry;
    carry = low > size / 2 ? 1 : 0;
    return sign * (low - size * carry);
  });
}
