import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { TssError } from "../errors.ts";
import { type AffinePoint, pointBackend } from "./backend.ts";
import { fold, modulo, PRIME, rootPower } from "./field.ts";
import { type PublicTerm, sumPublicTerms } from "./public-multiply.ts";
import { sumByTables } from "./public-table.ts";
import { bigEndian, ORDER, type Scalar, writeBigEndian } from "./scalar.ts";

/** A point of secp256k1, immutable. The group has prime order, so every point on the curve is in it. */
export type Point = WeierstrassPoint<bigint>;

/** Bytes of an encoded point: 33, compressed. */
export const POINT_LENGTH = 33;

/** The neutral element; it has no encoding. */
export const IDENTITY: Point = secp256k1.Point.ZERO;

/** The generator G. */
export const GENERATOR: Point = secp256k1.Point.BASE;

/** 33 bytes, compressed. Throws `identityPoint`: the identity is never sent or hashed. */
export function encodePoint(point: Point): Uint8Array {
  if (point.is0()) throw new TssError("identityPoint", "the identity has no encoding");
  const { x, y } = point.toAffine();
  const encoded = new Uint8Array(POINT_LENGTH);
  encoded[0] = (y & 1n) === 0n ? 2 : 3;
  writeBigEndian(x, encoded, 1);
  return encoded;
}

/**
 * The point in 33 compressed bytes. Strict: undefined for any other length or prefix, x >= p, an x that is on no point,
 * and so for the identity too.
 */
export function decodePoint(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== POINT_LENGTH) return undefined;
  const backend = pointBackend();
  if (backend !== undefined) {
    const decoded = backend.decode(bytes);
    return decoded && fromAffine(decoded);
  }
  return decompress(bytes);
}

/** SEC 1, section 2.3.4, for 33 bytes. No point has y = 0, because the order of the group is odd. */
function decompress(bytes: Uint8Array): Point | undefined {
  const [prefix = 0] = bytes;
  const x = bigEndian(bytes.subarray(1));
  if ((prefix !== 2 && prefix !== 3) || x >= PRIME) return undefined;
  const square = modulo(fold(x * x) * x + 7n);
  const root = rootPower(square);
  if (modulo(root * root) !== square) return undefined;
  return pointFromAffine(x, (root & 1n) === BigInt(prefix & 1) ? root : PRIME - root);
}

function fromAffine({ x, y }: AffinePoint): Point {
  return pointFromAffine(x, y);
}

/** s * G for a secret s, on the library's side-channel hardened path or the backend's. s = 0 gives the identity. */
export function multiplyBase(s: Scalar): Point {
  if (s === 0n) return IDENTITY;
  const [product] = pointBackend()?.multiplyBase([s]) ?? [];
  return product ? fromAffine(product) : GENERATOR.multiply(s);
}

/** s * P for a secret s, on the library's side-channel hardened path. s = 0 or P = identity gives the identity. */
export function multiply(point: Point, s: Scalar): Point {
  return s === 0n ? IDENTITY : point.multiply(s);
}

/** Scalars below this one are multiplied faster by a few additions than by a backend. */
const SMALL = 2n ** 32n;

/** s * P in time that depends on s: for public s only. */
export function multiplyUnsafe(point: Point, s: Scalar): Point {
  const backend = s < SMALL || point.is0() ? undefined : pointBackend();
  const [product] = backend?.multiply([point.toAffine()], [s]) ?? [];
  if (product) return fromAffine(product);
  const terms = [{ point, scalar: s }];
  return sumByTables(terms) ?? sumPublicTerms(terms) ?? point.multiplyUnsafe(s);
}

/** s * G in time that depends on s: for public s only. A backend is faster with the generator than with other points. */
function multiplyBaseUnsafe(s: Scalar): Point {
  return pointBackend() === undefined ? multiplyUnsafe(GENERATOR, s) : multiplyBase(s);
}

/** P + s * G in time that depends on both: for public values only. */
export function shiftUnsafe(point: Point, s: Scalar): Point {
  return sumByTables([{ point: GENERATOR, scalar: s }], point) ?? point.add(multiplyBaseUnsafe(s));
}

/** The sum of all products, in time that depends on the scalars: for public ones only. The identity for none. */
export function multiplySumUnsafe(terms: readonly PublicTerm[]): Point {
  const sum = pointBackend() === undefined ? sumPublicTerms(terms) : undefined;
  return sum ?? sumPoints(terms.map(({ point, scalar }) => multiplyUnsafe(point, scalar)));
}

/** a * G + b * P in time that depends on a and b: for public values only. */
export function combineUnsafe(a: Scalar, point: Point, b: Scalar): Point {
  const sum = sumByTables([
    { point: GENERATOR, scalar: a },
    { point, scalar: b },
  ]);
  return sum ?? multiplyBaseUnsafe(a).add(multiplyUnsafe(point, b));
}

/** The sum of all points; the identity for none. */
export function sumPoints(points: Iterable<Point>): Point {
  let sum = IDENTITY;
  for (const point of points) sum = sum.add(point);
  return sum;
}

/** Whether x(P) mod q is r: what ECDSA compares, without an inversion. For public points other than the identity. */
export function hasReducedX({ X, Z }: Point, r: Scalar): boolean {
  return [r, r + ORDER].some((x) => x < PRIME && modulo(X - x * Z) === 0n);
}

/** -P. */
export function negatePoint(point: Point): Point {
  return point.negate();
}

/** The point with these coordinates, which the caller computed from points on the curve: not checked. */
export function pointFromAffine(x: bigint, y: bigint): Point {
  return secp256k1.Point.fromAffine({ x, y });
}
