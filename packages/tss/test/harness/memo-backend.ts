import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { AffinePoint, PointBackend } from "../../src/index.ts";
import { multiplyBaseBatch, multiplyBatch } from "../../src/math/batch-multiply.ts";
import { libraryRootPower } from "../../src/math/field.ts";
import { type Point, pointFromAffine } from "../../src/math/point.ts";
import { must } from "./committee.ts";

/** How often the memory helped. */
export type MemoStatistics = { readonly hits: number; readonly misses: number };

/**
 * The curve library with a memory: every product, decoded point and root is computed once per process and input.
 * A key generation with the same seeds as an earlier one then costs a few percent of the first, which makes thousands of
 * them affordable, for example one for each field of each message:
 *
 *     usePointBackend(createMemoBackend());   // at the top of a test file, before anything else computes a point
 *
 * Results are those of the library, bit for bit. Only for tests: it keeps every scalar it has seen, and for ever.
 */
export function createMemoBackend(): PointBackend & { readonly statistics: () => MemoStatistics } {
  const memory = new Map<string, AffinePoint | undefined>();
  const roots = new Map<bigint, bigint>();
  let misses = 0;
  let calls = 0;

  /** The remembered results for `keys`; those of new keys are computed together by `compute`, by position. */
  function recall(keys: readonly string[], compute: (at: readonly number[]) => readonly (AffinePoint | undefined)[]) {
    const missing = keys.flatMap((key, i) => (memory.has(key) ? [] : [i]));
    calls += keys.length;
    misses += missing.length;
    const computed = missing.length === 0 ? [] : compute(missing);
    for (const [n, i] of missing.entries()) memory.set(must(keys[i]), computed[n]);
    return keys.map((key) => memory.get(key));
  }

  const pick = <T>(values: readonly T[], at: readonly number[]): readonly T[] => at.map((i) => must(values[i]));
  const all = (points: readonly (AffinePoint | undefined)[]): readonly AffinePoint[] => points.map((p) => must(p));

  return {
    name: "the curve library, remembered",
    statistics: () => ({ hits: calls - misses, misses }),
    multiplyBase: (scalars) =>
      all(
        recall(
          scalars.map((s) => `G${s}`),
          (at) => multiplyAllBase(pick(scalars, at)),
        ),
      ),
    multiply: (points, scalars) =>
      all(
        recall(
          points.map(({ x, y }, i) => `${x},${y & 1n},${scalars[i]}`),
          (at) => multiplyAll(pick(points, at), pick(scalars, at)),
        ),
      ),
    decode: (encoded) => recall([`D${encoded.join()}`], () => [decode(encoded)])[0],
    rootPower(value) {
      const known = roots.get(value) ?? libraryRootPower(value);
      roots.set(value, known);
      return known;
    },
  };
}

/** Batches multiply by a scalar of their own, through the backend: a single product goes straight to the library. */
const SINGLE = 1;

function multiplyAllBase(scalars: readonly bigint[]): readonly AffinePoint[] {
  const { BASE } = secp256k1.Point;
  return affineAll(scalars.length === SINGLE ? scalars.map((s) => BASE.multiply(s)) : multiplyBaseBatch(scalars));
}

function multiplyAll(points: readonly AffinePoint[], scalars: readonly bigint[]): readonly AffinePoint[] {
  const operands = points.map(({ x, y }) => pointFromAffine(x, y));
  if (scalars.length > SINGLE) return affineAll(multiplyBatch(operands, scalars));
  return affineAll(operands.map((point, i) => point.multiply(must(scalars[i]))));
}

function affineAll(points: readonly Point[]): readonly AffinePoint[] {
  return points.map((point) => point.toAffine());
}

function decode(encoded: Uint8Array): AffinePoint | undefined {
  try {
    return secp256k1.Point.fromBytes(encoded).toAffine();
  } catch {
    return undefined;
  }
}
