import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { modulo, PRIME } from "./field.ts";
import type { Scalar } from "./scalar.ts";

/*
 * Multiples of points that come back again and again, by public scalars: signed 7-bit windows with a table for each, so
 * there are at most 37 additions and no doubling. The additions are those of a Jacobian and an affine point, with one
 * reduction for each product; time and memory access depend on the scalar.
 */

type Point = WeierstrassPoint<bigint>;

const WINDOW = 7;

/** 2^6: entries of a window's table, the multiples 1 to 64. */
export const TABLE_ENTRIES = 2 ** (WINDOW - 1);

/** Windows of a scalar below 2^256, with the last carry. */
export const TABLE_WINDOWS = 37;

/** Doublings from one window to the next. */
export const TABLE_STEP = WINDOW;

/** Affine coordinates of n * 2^(7 i) * P at position 64 i + n - 1. */
export type PublicTable = { readonly x: readonly bigint[]; readonly y: readonly bigint[] };

const tables = new WeakMap<Point, PublicTable>();

/** Whether the point has a table. */
export function hasTable(point: Point): boolean {
  return tables.has(point);
}

/**
 * Gives the point a table, which nobody checks.
 *
 * Side effects: keeps the table for as long as the point lives.
 */
export function keepTable(point: Point, table: PublicTable): void {
  tables.set(point, table);
}

/** Digits -63..64 with s = sum of digit_i * 128^i. */
function signedDigits(s: Scalar): readonly number[] {
  let rest = s;
  return Array.from({ length: TABLE_WINDOWS }, () => {
    const low = Number(rest & 127n);
    const carry = low > TABLE_ENTRIES ? 1 : 0;
    rest = (rest >> 7n) + BigInt(carry);
    return low - 128 * carry;
  });
}

/**
 * s * P from the table of P, in time that depends on s.
 * @param s 0..q - 1
 * @returns undefined if the point has no table, the product is the identity, or a case the formulas do not cover came up
 */
export function multiplyByTable(point: Point, s: Scalar): Point | undefined {
  const table = tables.get(point);
  if (table === undefined) return undefined;
  let [x, y, z] = [0n, 0n, 0n];
  for (const [window, digit] of signedDigits(s).entries()) {
    if (digit === 0) continue;
    const at = TABLE_ENTRIES * window + Math.abs(digit) - 1;
    const px = table.x[at] ?? 0n;
    const py = digit < 0 ? PRIME - (table.y[at] ?? 0n) : (table.y[at] ?? 0n);
    if (z === 0n) {
      [x, y, z] = [px, py, 1n];
      continue;
    }
    // Jacobian plus affine, 8 products and 3 squares (Cohen, Miyaji, Ono, 1998).
    const zz = (z * z) % PRIME;
    const h = (px * zz - x) % PRIME;
    if (h === 0n) return undefined;
    const r = (((py * z) % PRIME) * zz - y) % PRIME;
    const hh = (h * h) % PRIME;
    const hhh = (h * hh) % PRIME;
    const v = (x * hh) % PRIME;
    x = (r * r - hhh - 2n * v) % PRIME;
    y = (r * (v - x) - y * hhh) % PRIME;
    z = (z * h) % PRIME;
  }
  return z === 0n ? undefined : fromJacobian(x, y, z);
}

/** (X / Z^2, Y / Z^3) in the coordinates of the library, which are (X / Z, Y / Z). */
function fromJacobian(x: bigint, y: bigint, z: bigint): Point {
  return new secp256k1.Point(modulo(x * z), modulo(y), modulo(z * z * z));
}
