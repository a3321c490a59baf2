import { fold, foldOnce, invertAll, modulo } from "./field.ts";
import { type Point, pointFromAffine } from "./point.ts";

/*
 * Additions of many points at once in affine coordinates: the divisions of all of them share one inversion
 * (Montgomery's trick), which makes an addition about three times cheaper than a complete projective one.
 * The formulas do not cover equal, opposite or neutral operands. The functions report these instead of dividing by
 * zero, and their callers then take another way.
 */

/** Many affine points, one per position, coordinates partially reduced; changed in place by the functions below. */
export type AffineBatch = { readonly x: bigint[]; readonly y: bigint[] };

/** The coordinates of the points. The identity becomes (0, 0), which {@link doubleAll} reports. */
export function affineBatch(points: readonly Point[]): AffineBatch {
  const affine = points.map((point) => point.toAffine());
  return { x: affine.map(({ x }) => x), y: affine.map(({ y }) => y) };
}

/** A batch of `size` times the same point. */
export function repeatPoint(point: Point, size: number): AffineBatch {
  const { x, y } = point.toAffine();
  return { x: new Array<bigint>(size).fill(x), y: new Array<bigint>(size).fill(y) };
}

/** The batch as points. */
export function pointsOfBatch(batch: AffineBatch): readonly Point[] {
  return batch.x.map((x, i) => pointFromAffine(modulo(x), modulo(batch.y[i] ?? 0n)));
}

/** Doubles every point of the batch in place. False when one has no affine double: then the batch is spoilt. */
export function doubleAll({ x, y }: AffineBatch): boolean {
  const inverses = invertAll(y.map((value) => 2n * value));
  if (inverses === undefined) return false;
  for (let i = 0; i < inverses.length; i++) {
    const [px, py] = [x[i] ?? 0n, y[i] ?? 0n];
    const slope = fold(3n * foldOnce(px * px) * (inverses[i] ?? 0n));
    const sumX = fold(slope * slope - 2n * px);
    x[i] = sumX;
    y[i] = fold(slope * (px - sumX) - py);
  }
  return true;
}

/**
 * Adds `other` to the batch, position by position, in place; positions where `keep` is 1 stay as they were, though the
 * sum is computed for them too. False when two x coordinates coincide: then the batch is spoilt.
 */
export function addAll({ x, y }: AffineBatch, other: AffineBatch, keep?: readonly number[]): boolean {
  const inverses = invertAll(x.map((value, i) => (other.x[i] ?? 0n) - value));
  if (inverses === undefined) return false;
  for (let i = 0; i < inverses.length; i++) {
    const [px, py, qx] = [x[i] ?? 0n, y[i] ?? 0n, other.x[i] ?? 0n];
    const slope = foldOnce(((other.y[i] ?? 0n) - py) * (inverses[i] ?? 0n));
    const sumX = fold(slope * slope - px - qx);
    const sumY = fold(slope * (px - sumX) - py);
    const kept = keep?.[i] === 1;
    x[i] = kept ? px : sumX;
    y[i] = kept ? py : sumY;
  }
  return true;
}

/** The batches as one. */
function join(batches: readonly AffineBatch[]): AffineBatch {
  return { x: batches.flatMap(({ x }) => x), y: batches.flatMap(({ y }) => y) };
}

/** The inverse of {@link join} for batches of `size` points each. */
function split({ x, y }: AffineBatch, size: number): readonly AffineBatch[] {
  return Array.from({ length: x.length / size }, (_, i) => ({
    x: x.slice(i * size, (i + 1) * size),
    y: y.slice(i * size, (i + 1) * size),
  }));
}

/**
 * The multiples 1 P, 2 P, ..., size * P of every point: one batch per multiple; undefined in an exceptional case.
 * @param size a power of two
 */
export function multiplesOf(points: AffineBatch, size: number): readonly AffineBatch[] | undefined {
  let multiples = [join([points])];
  while (multiples.length < size) {
    // From 1 P, ..., m P to twice as many, with two inversions for all: m P is added to the ones below it, and doubled.
    const lower = multiples.slice(0, -1);
    const highest = join(multiples.slice(-1));
    const sums = join(lower);
    if (!addAll(sums, join(lower.map(() => highest))) || !doubleAll(highest)) return undefined;
    multiples = [...multiples, ...split(sums, points.x.length), highest];
  }
  return multiples;
}

/** a_i + b_i for all i; the identity among operands or results is allowed. For public points. */
export function addPoints(a: readonly Point[], b: readonly Point[]): readonly Point[] {
  const sums = affineBatch(a);
  // The identity has no affine coordinates, and (0, 0) would be added like a point.
  const isAffine = ![...a, ...b].some((point) => point.is0());
  return isAffine && addAll(sums, affineBatch(b)) ? pointsOfBatch(sums) : a.map((point, i) => point.add(b[i] ?? point));
}
