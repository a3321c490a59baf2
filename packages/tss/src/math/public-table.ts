import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { signedDigits } from "./digits.ts";
import { addAffine, affineJacobian, fromJacobian, type Jacobian } from "./jacobian.ts";
import type { Scalar } from "./scalar.ts";

/*
 * Multiples of points that come back again and again, by public scalars: signed 7-bit windows with a table for each, so
 * there are at most 37 additions and no doubling. Time and memory access depend on the scalar.
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

/**
 * s * P from the table of P, in time that depends on s.
 * @param s 0..q - 1
 * @returns undefined if the point has no table, the product is the identity, or a case the formulas do not cover came up
 */
export function multiplyByTable(point: Point, s: Scalar): Point | undefined {
  const table = tables.get(point);
  if (table === undefined) return undefined;
  let sum: Jacobian | undefined;
  for (const [window, digit] of signedDigits(s, TABLE_WINDOWS, WINDOW).entries()) {
    if (digit === 0) continue;
    const at = TABLE_ENTRIES * window + Math.abs(digit) - 1;
    const y = table.y[at] ?? 0n;
    const entry = { x: table.x[at] ?? 0n, y: digit < 0 ? -y : y };
    sum = sum === undefined ? affineJacobian(entry) : addAffine(sum, entry);
  }
  return sum && fromJacobian(sum);
}
