import { decodePoint, type Point } from "./point.ts";

/** Window of the table: 6 ms to build, then a multiplication takes a third of the time. */
const TABLE_WINDOW = 4;

/** Sessions before a table is worth its cost. */
const USES_BEFORE_TABLE = 3;

const known = new WeakMap<Uint8Array, { readonly point: Point | undefined; uses: number }>();

/**
 * The point in 33 bytes that come back again and again: an identity key or a group key. It is decoded once per array
 * and gets a multiplication table when it is asked for the third time. For public keys only.
 *
 * Side effects: remembers the point for as long as the array lives; the array must not change.
 * @returns undefined if the bytes are no point
 */
export function knownPoint(encoded: Uint8Array): Point | undefined {
  const entry = known.get(encoded) ?? { point: decodePoint(encoded), uses: 0 };
  entry.uses++;
  if (entry.uses === USES_BEFORE_TABLE) entry.point?.precompute(TABLE_WINDOW, false);
  known.set(encoded, entry);
  return entry.point;
}
