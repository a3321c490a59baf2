import { affineBatch } from "./affine-batch.ts";
import { type AffinePoint, pointBackend } from "./backend.ts";
import { multiplyBaseBatch, multiplyBatch, multiplyFixed } from "./batch-multiply.ts";
import { type Point, pointFromAffine } from "./point.ts";
import type { Scalar } from "./scalar.ts";

/*
 * Many products at once, by the backend or by the curve  For one-time secret scalars. Zero scalars and identity
 * points are allowed: a backend is not asked about them.
 */

function isRegular(points: readonly Point[], scalars: readonly Scalar[]): boolean {
  return !points.some((point) => point.is0()) && !scalars.includes(0n);
}

function affinePoints(points: readonly Point[]): readonly AffinePoint[] {
  const { x, y } = affineBatch(points);
  return x.map((value, i) => ({ x: value, y: y[i] ?? 0n }));
}

/** The points with these coordinates. */
function pointsFromAffine(points: readonly AffinePoint[]): readonly Point[] {
  return points.map(({ x, y }) => pointFromAffine(x, y));
}

/** scalars[i] * points[i] for all i. */
export function multiplyEach(points: readonly Point[], scalars: readonly Scalar[]): readonly Point[] {
  const backend = isRegular(points, scalars) ? pointBackend() : undefined;
  if (backend === undefined) return multiplyBatch(points, scalars);
  return pointsFromAffine(backend.multiply(affinePoints(points), scalars));
}

/** scalars[i] * point for all i. */
export function multiplyOne(point: Point, scalars: readonly Scalar[]): readonly Point[] {
  if (pointBackend() === undefined) return multiplyFixed(point, scalars);
  return multiplyEach(new Array<Point>(scalars.length).fill(point), scalars);
}

/** scalars[i] * G for all i. */
export function multiplyGenerator(scalars: readonly Scalar[]): readonly Point[] {
  const backend = isRegular([], scalars) ? pointBackend() : undefined;
  return backend ? pointsFromAffine(backend.multiplyBase(scalars)) : multiplyBaseBatch(scalars);
}
