import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hashToScalar } from "../transcript/hash.ts";
import { pointBackend } from "./backend.ts";
import { BETA, signedDigits, splitScalar } from "./batch-multiply.ts";
import { assertLength } from "./bytes.ts";
import { IDENTITY, multiplyBase, multiplyUnsafe, type Point, sumPoints } from "./point.ts";
import { multiplyEach } from "./products.ts";
import { reduce, type Scalar } from "./scalar.ts";

/*
 * Sums of products of secret scalars and public points. Every scalar is split by the endomorphism, all halves run in
 * step with signed 4-bit windows, and the doublings are shared by all terms: the sequence of group operations depends
 * on the number of terms only. The formulas are complete, so no input is special.
 */

const { Point: CurvePoint } = secp256k1;
const { Fp } = CurvePoint;
const WINDOW = 4;
const ENTRIES = 2 ** (WINDOW - 1);

/** Digits of a half scalar, below 2^129 in absolute value. */
const DIGITS = 33;

/** Eigenvalue of the endomorphism: lambda * (x, y) = (beta * x, y). */
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;

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

/** One half of a split scalar: its digits, and the multiples 1..8 of the point (or of its image) they select from. */
type Strand = { readonly digits: readonly number[]; readonly multiples: readonly Point[] };

function multiplesOf(point: Point): readonly Point[] {
  const multiples = [point];
  while (multiples.length < ENTRIES) multiples.push((multiples.at(-1) ?? point).add(point));
  return multiples;
}

/** lambda * P without a multiplication: (x, y) goes to (beta x, y). */
function image(point: Point): Point {
  return new CurvePoint(Fp.mul(point.X, BETA), point.Y, point.Z);
}

function strandsOf({ scalar, point }: SecretTerm): readonly Strand[] {
  const [k1, k2] = splitScalar(scalar);
  const multiples = multiplesOf(point);
  return [
    { digits: signedDigits(k1, DIGITS), multiples },
    { digits: signedDigits(k2, DIGITS), multiples: multiples.map(image) },
  ];
}

/** digit * P, reading all entries; digit 0 gives 1 * P, which the caller drops. */
function select(multiples: readonly Point[], digit: number): Point {
  const magnitude = Math.abs(digit);
  let selected = multiples[0] ?? IDENTITY;
  for (let i = 0; i < multiples.length; i++) selected = i + 1 === magnitude ? (multiples[i] ?? selected) : selected;
  const negated = selected.negate();
  return digit < 0 ? negated : selected;
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
  offset = { start, end: multiplyUnsafe(start, 2n ** BigInt(WINDOW * DIGITS)) };
  return offset;
}

/**
 * The sum of scalar * point over all terms. For scalars that are secret and used once: a long-lived secret goes through
 * {@link file://./point.ts | multiply}, which blinds it as well. Zero scalars and identity points are allowed.
 */
export function multiplySum(terms: readonly SecretTerm[]): Point {
  if (pointBackend() !== undefined) return sumPoints(multiplyTerms(terms));
  const strands = terms.flatMap(strandsOf);
  const { start, end } = publicOffset();
  let sum = start;
  for (let window = DIGITS - 1; window >= 0; window--) {
    for (let i = 0; i < WINDOW; i++) sum = sum.double();
    for (const { digits, multiples } of strands) {
      const digit = digits[window] ?? 0;
      const next = sum.add(select(multiples, digit));
      sum = digit === 0 ? sum : next;
    }
  }
  return sum.subtract(end);
}
