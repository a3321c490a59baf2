import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { AffinePoint } from "./backend.ts";
import { fold, foldOnce, modulo } from "./field.ts";

/*
 * Jacobian coordinates: (X, Y, Z) stands for the point (X / Z^2, Y / Z^3). Additions and doublings cost half of the
 * curve library's, which cover every case; these do not cover the sum of equal or opposite points. Such a sum comes out
 * with Z = 0, and every later sum has Z = 0 again, so a caller looks once, at the end, and then takes the library's way.
 * Coordinates are partially reduced, and values between them less: see fold and foldOnce.
 */

/** A point in Jacobian coordinates; Z = 0 mod p says that the formulas did not cover the way to it. */
export type Jacobian = AffinePoint & { readonly z: bigint };

/** 2 P: 4 products and 3 squares. The group has odd order, so Y is not zero. */
export function doubleJacobian({ x, y, z }: Jacobian): Jacobian {
  const yy = fold(y * y);
  const s = foldOnce(4n * x * yy);
  const m = 3n * foldOnce(x * x);
  const x3 = fold(m * m - 2n * s);
  return { x: x3, y: fold(m * (s - x3) - 8n * yy * yy), z: fold(2n * y * z) };
}

/** P + Q for an affine Q: 8 products and 3 squares (Cohen, Miyaji, Ono, 1998). Z becomes 0 for Q = P and Q = -P. */
export function addAffine({ x, y, z }: Jacobian, other: AffinePoint): Jacobian {
  const zz = fold(z * z);
  const h = foldOnce(other.x * zz) - x;
  const r = fold(foldOnce(other.y * z) * zz) - y;
  const hh = fold(h * h);
  const hhh = foldOnce(h * hh);
  const v = foldOnce(x * hh);
  const x3 = fold(r * r - hhh - 2n * v);
  return { x: x3, y: fold(r * (v - x3) - y * hhh), z: fold(z * h) };
}

/** Points over one common Z: affine coordinates, as it were, on the curve y^2 = x^3 + 7 Z^6. */
export type CommonZ = { readonly points: readonly AffinePoint[]; readonly z: bigint };

/**
 * Brings points to a common Z without an inversion. The formulas of this file do not use the constant of the curve, so
 * they add such points like affine ones; the Z of a result must be multiplied by the common one. Z = 0 stays Z = 0.
 */
export function toCommonZ(points: readonly Jacobian[]): CommonZ {
  const factors = new Array<bigint>(points.length);
  let z = 1n;
  for (let i = 0; i < points.length; i++) {
    factors[i] = z;
    z = fold(z * (points[i]?.z ?? 0n));
  }
  let suffix = 1n;
  for (let i = points.length - 1; i >= 0; i--) {
    factors[i] = fold(suffix * (factors[i] ?? 0n));
    suffix = fold(suffix * (points[i]?.z ?? 0n));
  }
  const scaled = points.map(({ x, y }, i) => {
    const factor = factors[i] ?? 0n;
    const square = fold(factor * factor);
    return { x: fold(x * square), y: fold(y * foldOnce(square * factor)) };
  });
  return { points: scaled, z };
}

/** The point with Z = 1. */
export function affineJacobian({ x, y }: AffinePoint): Jacobian {
  return { x, y, z: 1n };
}

/** A point of the library, which has the coordinates (X / Z, Y / Z). The identity gets Z = 0. */
export function toJacobian({ X, Y, Z }: WeierstrassPoint<bigint>): Jacobian {
  return Z === 1n ? { x: X, y: Y, z: Z } : { x: fold(X * Z), y: fold(Y * foldOnce(Z * Z)), z: Z };
}

/** P, 2 P, ..., count * P, for a count of at least 2. For a point of the group, none of the sums is special. */
export function jacobianMultiples(point: AffinePoint, count: number): readonly Jacobian[] {
  const first = affineJacobian(point);
  let multiple = doubleJacobian(first);
  const multiples = [first, multiple];
  while (multiples.length < count) {
    multiple = addAffine(multiple, point);
    multiples.push(multiple);
  }
  return multiples;
}

/** The point in the coordinates of the library; undefined if Z is zero. */
export function fromJacobian({ x, y, z }: Jacobian): WeierstrassPoint<bigint> | undefined {
  const zzz = modulo(fold(z * z) * z);
  return zzz === 0n ? undefined : new secp256k1.Point(modulo(x * z), modulo(y), zzz);
}
