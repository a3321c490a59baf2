import { affineBatch, multiplesOf } from "./affine-batch.ts";
import { pointBackend } from "./backend.ts";
import { decodePoint, GENERATOR, type Point } from "./point.ts";
import { entriesPerWindow, hasTable, keepTable, windowsOf } from "./public-table.ts";

/** Uses before a table is worth its cost: to build one costs as much as some ten multiplications without. */
const USES_BEFORE_TABLE = 3;

/** Bits of a window of a key's table: 3,840 entries. */
const KEY_WINDOW = 9;

/** Of the generator's, of which there is one: 22,528 entries. */
const GENERATOR_WINDOW = 12;

const known = new WeakMap<Uint8Array, { readonly point: Point | undefined; uses: number }>();

/**
 * The point in 33 bytes that come back again and again: an identity key or a group key. It is decoded once per array
 * and gets a multiplication table when it is asked for the third time, as does the generator then, which is multiplied
 * wherever a key is; not with a backend, which multiplies faster without. For public keys only.
 *
 * Side effects: remembers the point for as long as the array lives; the array must not change. With the generator's table
 * goes a wider one of the curve library's own, for everybody in the process who multiplies the generator with it.
 * @returns undefined if the bytes are no point
 */
export function knownPoint(encoded: Uint8Array): Point | undefined {
  const entry = known.get(encoded) ?? { point: decodePoint(encoded), uses: 0 };
  entry.uses++;
  if (entry.uses === USES_BEFORE_TABLE && entry.point !== undefined && pointBackend() === undefined) {
    giveTable(entry.point, KEY_WINDOW);
    widenGenerator();
  }
  known.set(encoded, entry);
  return entry.point;
}

/**
 * Remembers what the bytes encode, so that {@link knownPoint} need not decode them.
 *
 * Side effects: as those of knownPoint.
 * @param encoded the encoding of `point`, which the caller made itself
 */
export function rememberPoint(encoded: Uint8Array, point: Point): void {
  known.set(encoded, { point, uses: 0 });
}

/** Of the curve library's own table of the generator, for secret scalars: 6 when nobody asks. */
const LIBRARY_WINDOW = 8;

/** Both tables of the generator. The library computes its own when it multiplies next, in some 50 milliseconds. */
function widenGenerator(): void {
  if (hasTable(GENERATOR)) return;
  giveTable(GENERATOR, GENERATOR_WINDOW);
  GENERATOR.precompute(LIBRARY_WINDOW);
}

/** Computes the table of a point other than the identity. */
function giveTable(point: Point, window: number): void {
  const bases = [point];
  for (let base = point; bases.length < windowsOf(window); bases.push(base)) {
    for (let i = 0; i < window; i++) base = base.double();
  }
  const multiples = multiplesOf(affineBatch(bases), entriesPerWindow(window));
  if (multiples === undefined) return;
  const places = bases.map((_, place) => place);
  keepTable(point, {
    window,
    x: places.flatMap((place) => multiples.map(({ x }) => x[place] ?? 0n)),
    y: places.flatMap((place) => multiples.map(({ y }) => y[place] ?? 0n)),
  });
}
