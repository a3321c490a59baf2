import { affineBatch, multiplesOf } from "./affine-batch.ts";
import { pointBackend } from "./backend.ts";
import { decodePoint, GENERATOR, type Point } from "./point.ts";
import { hasTable, keepTable, TABLE_ENTRIES, TABLE_STEP, TABLE_WINDOWS } from "./public-table.ts";

/** Uses before a table is worth its cost: to build one costs as much as seven multiplications without. */
const USES_BEFORE_TABLE = 3;

const known = new WeakMap<Uint8Array, { readonly point: Point | undefined; uses: number }>();

/**
 * The point in 33 bytes that come back again and again: an identity key or a group key. It is decoded once per array
 * and gets a multiplication table when it is asked for the third time, as does the generator then, which is multiplied
 * wherever a key is. For public keys only.
 *
 * Side effects: remembers the point for as long as the array lives; the array must not change.
 * @returns undefined if the bytes are no point
 */
export function knownPoint(encoded: Uint8Array): Point | undefined {
  const entry = known.get(encoded) ?? { point: decodePoint(encoded), uses: 0 };
  entry.uses++;
  if (entry.uses === USES_BEFORE_TABLE && entry.point !== undefined) {
    giveTable(entry.point);
    giveTable(GENERATOR);
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

/** Computes the table of a point other than the identity, unless it has one or a backend multiplies anyway. */
function giveTable(point: Point): void {
  if (hasTable(point) || pointBackend() !== undefined) return;
  const bases = [point];
  for (let base = point; bases.length < TABLE_WINDOWS; bases.push(base)) {
    for (let i = 0; i < TABLE_STEP; i++) base = base.double();
  }
  const multiples = multiplesOf(affineBatch(bases), TABLE_ENTRIES);
  if (multiples === undefined) return;
  const windows = bases.map((_, window) => window);
  keepTable(point, {
    x: windows.flatMap((window) => multiples.map(({ x }) => x[window] ?? 0n)),
    y: windows.flatMap((window) => multiples.map(({ y }) => y[window] ?? 0n)),
  });
}
