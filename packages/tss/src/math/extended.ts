import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { AffinePoint } from "./backend.ts";
import { fold, foldOnce, modulo } from "./field.ts";

/*
 * Extended Jacobian coordinates for sums without doublings: (X, Y, ZZ, ZZZ) with ZZ^3 = ZZZ^2 stands for the point
 * (X / ZZ, Y / ZZZ). An addition takes one product and one reduction less than in Jacobian coordinates. Not covered are
 * equal and opposite points: the sum comes out with ZZ = 0 and so does every later one, so a caller looks at the end.
 */

type Point = WeierstrassPoint<bigint>;

/** A point; ZZ = 0 mod p says that the formulas did not cover the way to it. Coordinates are partially reduced: see fold. */
export type Extended = AffinePoint & { readonly zz: bigint; readonly zzz: bigint };

/** An affine point. */
export function affineExtended({ x, y }: AffinePoint): Extended {
  return { x, y, zz: 1n, zzz: 1n };
}

/** A point of the library, which has the coordinates (X / Z, Y / Z). The identity gets ZZ = 0. */
export function toExtended({ X, Y, Z }: Point): Extended {
  if (Z === 1n) return affineExtended({ x: X, y: Y });
  const zz = fold(Z * Z);
  return { x: fold(X * Z), y: fold(Y * zz), zz, zzz: fold(zz * Z) };
}

/** P + Q for an affine Q: 8 products and 2 squares (Sutherland's "madd" of the Explicit-Formulas Database). */
export function addToExtended({ x, y, zz, zzz }: Extended, other: AffinePoint): Extended {
  const p = foldOnce(other.x * zz) - x;
  const r = foldOnce(other.y * zzz) - y;
  const pp = fold(p * p);
  const ppp = foldOnce(p * pp);
  const q = foldOnce(x * pp);
  const x3 = fold(r * r - ppp - 2n * q);
  return { x: x3, y: fold(r * (q - x3) - y * ppp), zz: fold(zz * pp), zzz: fold(zzz * ppp) };
}

/** The point in the coordinates of the library; undefined if ZZ is zero. */
export function fromExtended({ x, y, zz, zzz }: Extended): Point | undefined {
  const z = modulo(zz * zzz);
  return z === 0n ? undefined : new secp256k1.Point(modulo(x * zzz), modulo(y * zz), z);
}
