import { hashToScalar } from "../transcript/hash.ts";
import { type AffinePoint, pointBackend } from "./backend.ts";
import { assertLength } from "./bytes.ts";
import { LAMBDA } from "./digits.ts";
import { fold, PRIME } from "./field.ts";
import {
  addAffine,
  affineJacobian,
  doubleJacobian,
  fromJacobian,
  jacobianMultiples,
  toCommonZ,
  toJacobian,
} from "./jacobian.ts";
import { multiply, multiplyBase, multiplyUnsafe, type Point, sumPoints } from "./point.ts";
import { multiplyEach } from "./products.ts";
import { reduce, type Scalar } from "./scalar.ts";
import { STRAND_DIGITS, STRAND_ENTRIES, STRAND_WINDOW, strandsOf } from "./strands.ts";

/*
 * Sums of products of secret scalars and public points. Every scalar is split by the endomorphism, all halves run in
 * step with signed 4-bit windows, and the doublings are shared by all terms: the sequence of group operations depends
 * on the number of terms only. Should a sum come up that the formulas do not cover, all products go through the
 * library's multiplication.
 */

/** Random bytes of a {@link shortWeight}. */
export const WEIGHT_LENGTH = 16;

/**
 * a + b lambda mod q for the big-endian halves a and b of the bytes: as many scalars as there are strings, because the
 * lattice of (a, b) with a + b lambda = 0 has no nonzero vector shorter than 2^127. The library splits a public scalar
 * into the same two halves, so multiplying by a weight takes half the doublings of multiplying by 128 bits in a row.
 */
export function shortWeight(bytes: Uint8Array): Scalar {
  assertLength(bytes, WEIGHT_LENGTH, "a weight");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return reduce(view.getBigUint64(0) + view.getBigUint64(8) * LAMBDA);
}

/** A secret scalar and the public point that it multiplies. */
export type SecretTerm = { readonly scalar: Scalar; readonly point: Point };

/** digit * P, reading all entries; digit 0 gives 1 * P, which the caller drops. */
function select(multiples: readonly AffinePoint[], digit: number): AffinePoint {
  const wanted = Math.abs(digit) - 1;
  let [x, y] = [multiples[0]?.x ?? 0n, multiples[0]?.y ?? 0n];
  for (let entry = 1; entry < multiples.length; entry++) {
    x = entry === wanted ? (multiples[entry]?.x ?? 0n) : x;
    y = entry === wanted ? (multiples[entry]?.y ?? 0n) : y;
  }
  const negated = PRIME - y;
  return { x, y: digit < 0 ? negated : y };
}

function multiplyTerms(terms: readonly SecretTerm[]): readonly Point[] {
  return multiplyEach(
    terms.map(({ point }) => point),
    terms.map(({ scalar }) => scalar),
  );
}

// A public point O and 16^33 O, which the windows make of it: computed at the first use.
let offset: { readonly start: Point; readonly end: Point } | undefined;

/**
 * The sum starts at O and not at the identity: doubling the identity takes less time, so leading zero digits would show.
 */
function publicOffset(): { readonly start: Point; readonly end: Point } {
  if (offset !== undefined) return offset;
  const start = multiplyBase(hashToScalar("multiply/offset"));
  offset = { start, end: multiplyUnsafe(start, 2n ** BigInt(STRAND_WINDOW * STRAND_DIGITS)) };
  return offset;
}

/**
 * 16^33 * start + the sum of all terms; undefined if a sum on the way is not covered, which for
 * scalars that nobody chose has probability below 2^-245.
 */
function sumInStep(terms: readonly SecretTerm[], start: Point): Point | undefined {
  const bases = toCommonZ([start, ...terms.map(({ point }) => point)].map(toJacobian));
  const [origin, ...points] = bases.points.map(affineJacobian);
  if (origin === undefined) return undefined;
  const scaled = toCommonZ([origin, ...points.flatMap((point) => jacobianMultiples(point, STRAND_ENTRIES))]);
  const [first, ...multiples] = scaled.points;
  const strands = terms.flatMap(({ scalar }, i) =>
    strandsOf(scalar, multiples.slice(i * STRAND_ENTRIES, (i + 1) * STRAND_ENTRIES)),
  );
  let sum = affineJacobian(first ?? origin);
  for (let window = STRAND_DIGITS - 1; window >= 0; window--) {
    for (let i = 0; i < STRAND_WINDOW; i++) sum = doubleJacobian(sum);
    for (const { digits, multiples } of strands) {
      const digit = digits[window] ?? 0;
      const next = addAffine(sum, select(multiples, digit));
      sum = digit === 0 ? sum : next;
    }
  }
  return fromJacobian({ ...sum, z: fold(sum.z * fold(bases.z * scaled.z)) });
}

/**
 * The sum of scalar * point over all terms. For scalars that are secret and used once: a long-lived secret goes through
 * {@link file://./point.ts | multiply}, which blinds it as well. Zero scalars and identity points are allowed.
 */
export function multiplySum(terms: readonly SecretTerm[]): Point {
  if (pointBackend() !== undefined) return sumPoints(multiplyTerms(terms));
  const regular = terms.filter(({ point }) => !point.is0());
  const { start, end } = publicOffset();
  const sum = sumInStep(regular, start);
  return sum?.subtract(end) ?? sumPoints(regular.map(({ scalar, point }) => multiply(point, scalar)));
}
