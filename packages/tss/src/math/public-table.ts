import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import type { AffinePoint } from "./backend.ts";
import { endomorphism, HALF_BITS, signedDigits, splitScalar } from "./digits.ts";
import { addToExtended, affineExtended, type Extended, fromExtended, toExtended } from "./extended.ts";
import type { PublicTerm } from "./public-multiply.ts";

/*
 * Multiples of points that come back again and again, by public scalars: halves by the endomorphism, signed windows with
 * a table for each, which both halves share. One addition for each window of a half and no doubling. Time and memory
 * access depend on the scalar.
 */

type Point = WeierstrassPoint<bigint>;

/** Affine coordinates of n * 2^(window i) * P for n = 1..2^(window - 1), at position 2^(window - 1) i + n - 1. */
export type PublicTable = {
  /** Bits of a window. */
  readonly window: number;
  readonly x: readonly bigint[];
  readonly y: readonly bigint[];
};

const tables = new WeakMap<Point, PublicTable>();

/** Entries for each window of so many bits. */
export function entriesPerWindow(window: number): number {
  return 2 ** (window - 1);
}

/** Windows of a half scalar, with the last carry. */
export function windowsOf(window: number): number {
  return Math.ceil((HALF_BITS + 1) / window);
}

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

/** Adds half * P, where `image` maps the entries of P's table to those of the point that is meant. */
function addHalf(
  start: Extended | undefined,
  { window, x, y }: PublicTable,
  half: bigint,
  image: (entry: AffinePoint) => AffinePoint,
): Extended | undefined {
  let sum = start;
  for (const [i, digit] of signedDigits(half, windowsOf(window), window).entries()) {
    if (digit === 0) continue;
    const at = entriesPerWindow(window) * i + Math.abs(digit) - 1;
    const entryY = y[at] ?? 0n;
    const entry = image({ x: x[at] ?? 0n, y: digit < 0 ? -entryY : entryY });
    sum = sum === undefined ? affineExtended(entry) : addToExtended(sum, entry);
  }
  return sum;
}

const itself = (entry: AffinePoint): AffinePoint => entry;

/**
 * start + the sum of scalar * point over all terms, in time that depends on them.
 * @param start the identity if undefined
 * @returns undefined if a point has no table, the sum is the identity, or a case the formulas do not cover came up
 */
export function sumByTables(terms: readonly PublicTerm[], start?: Point): Point | undefined {
  let sum = start && toExtended(start);
  for (const { point, scalar } of terms) {
    const table = tables.get(point);
    if (table === undefined) return undefined;
    const [k1, k2] = splitScalar(scalar);
    sum = addHalf(addHalf(sum, table, k1, itself), table, k2, endomorphism);
  }
  return sum && fromExtended(sum);
}
