import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { fold } from "./field.ts";
import {
  addAffine,
  affineJacobian,
  doubleJacobian,
  fromJacobian,
  type Jacobian,
  jacobianMultiples,
  toCommonZ,
  toJacobian,
} from "./jacobian.ts";
import type { Scalar } from "./scalar.ts";
import { STRAND_DIGITS, STRAND_ENTRIES, STRAND_WINDOW, type Strand, strandsOf } from "./strands.ts";

/*
 * Sums of products of public scalars and points that have no table: halves by the endomorphism, signed 4-bit windows,
 * doublings shared by all terms. Time and memory access depend on the scalars.
 */

type Point = WeierstrassPoint<bigint>;

/** A public scalar and the point that it multiplies. */
export type PublicTerm = { readonly scalar: Scalar; readonly point: Point };

function addDigit(sum: Jacobian | undefined, { digits, multiples }: Strand, window: number): Jacobian | undefined {
  const digit = digits[window] ?? 0;
  const multiple = multiples[Math.abs(digit) - 1];
  if (multiple === undefined) return sum;
  const signed = digit < 0 ? { x: multiple.x, y: -multiple.y } : multiple;
  return sum === undefined ? affineJacobian(signed) : addAffine(sum, signed);
}

/**
 * The sum of scalar * point over all terms, in time that depends on them.
 * @returns undefined if it is the identity, or if a case the formulas do not cover came up
 */
export function sumPublicTerms(terms: readonly PublicTerm[]): Point | undefined {
  const bases = toCommonZ(terms.map(({ point }) => toJacobian(point)));
  const multiples = toCommonZ(bases.points.flatMap((point) => jacobianMultiples(point, STRAND_ENTRIES)));
  const strands = terms.flatMap(({ scalar }, i) =>
    strandsOf(scalar, multiples.points.slice(i * STRAND_ENTRIES, (i + 1) * STRAND_ENTRIES)),
  );
  let sum: Jacobian | undefined;
  for (let window = STRAND_DIGITS - 1; window >= 0; window--) {
    for (let i = 0; i < STRAND_WINDOW && sum; i++) sum = doubleJacobian(sum);
    for (const strand of strands) sum = addDigit(sum, strand, window);
  }
  return sum && fromJacobian({ ...sum, z: fold(sum.z * fold(bases.z * multiples.z)) });
}
