import { describe, expect, test } from "vitest";
import { addAll, addPoints, affineBatch, doubleAll, multiplesOf, pointsOfBatch } from "../../src/math/affine-batch.ts";
import { multiplyBaseBatch, multiplyBatch } from "../../src/math/batch-multiply.ts";
import { GENERATOR, IDENTITY, multiply, multiplyBase, negatePoint, type Point } from "../../src/math/point.ts";
import { ORDER, randomScalar } from "../../src/math/scalar.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

// lambda: the eigenvalue of (x, y) -> (beta x, y), where the split of a scalar is degenerate.
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;
const edges = [
  1n,
  2n,
  7n,
  8n,
  9n,
  15n,
  16n,
  17n,
  LAMBDA,
  ORDER - LAMBDA,
  LAMBDA + 1n,
  ORDER - 1n,
  ORDER - 2n,
  ORDER / 2n,
];
const powers = [4n, 127n, 128n, 129n, 132n, 255n].flatMap((bit) => [2n ** bit, 2n ** bit - 1n]);

function expectSame(actual: readonly Point[], expected: readonly Point[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, point] of expected.entries()) expect(actual[i]?.equals(point), `position ${i}`).toBe(true);
}

describe("addPoints", () => {
  test("adds the identity, opposite points and equal ones like all others", () => {
    const [five, seven] = [multiplyBase(5n), multiplyBase(7n)];
    const a = [five, IDENTITY, five, five, IDENTITY];
    const b = [seven, five, negatePoint(five), five, IDENTITY];
    const sums = [multiplyBase(12n), five, IDENTITY, multiplyBase(10n), IDENTITY];
    for (const [i, sum] of sums.entries()) expectSame(addPoints(a.slice(i, i + 1), b.slice(i, i + 1)), [sum]);
    expectSame(addPoints(a, b), sums);
    expectSame(addPoints(a.slice(0, 2), b.slice(0, 2)), sums.slice(0, 2));
  });
});

describe(`batch multiplication (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/batch`);
  const scalars = [...edges, ...powers, ...Array.from({ length: 30 }, () => randomScalar(rng))];
  const points = scalars.map(() => multiplyBase(randomScalar(rng)));

  test("agrees with one multiplication after another", () => {
    expectSame(
      multiplyBatch(points, scalars),
      points.map((point, i) => multiply(point, scalars[i] ?? 0n)),
    );
    expectSame(multiplyBaseBatch(scalars), scalars.map(multiplyBase));
  });

  test("agrees for one point many times, its opposite, and the generator", () => {
    const same = [GENERATOR, GENERATOR, negatePoint(GENERATOR), multiplyBase(2n)];
    const k = randomScalar(rng);
    expectSame(multiplyBatch(same, [k, k, k, k]), [k, k, ORDER - k, (2n * k) % ORDER].map(multiplyBase));
  });

  test("takes zero scalars and identity points", () => {
    expectSame(multiplyBatch([GENERATOR, GENERATOR], [0n, 5n]), [IDENTITY, multiplyBase(5n)]);
    expectSame(multiplyBatch([IDENTITY, GENERATOR], [3n, 5n]), [IDENTITY, multiplyBase(5n)]);
    expectSame(multiplyBaseBatch([0n, 5n]), [IDENTITY, multiplyBase(5n)]);
    expectSame(multiplyBatch([], []), []);
  });
});

describe("affine batches", () => {
  const three = multiplyBase(3n);

  test("add and double position by position", () => {
    const batch = affineBatch([GENERATOR, three]);
    expect(addAll(batch, affineBatch([three, multiplyBase(5n)]))).toBe(true);
    expect(doubleAll(batch)).toBe(true);
    expectSame(pointsOfBatch(batch), [multiplyBase(8n), multiplyBase(16n)]);
  });

  test("keep the positions that are marked", () => {
    const batch = affineBatch([GENERATOR, three]);
    expect(addAll(batch, affineBatch([three, GENERATOR]), [1, 0])).toBe(true);
    expectSame(pointsOfBatch(batch), [GENERATOR, multiplyBase(4n)]);
  });

  test("report equal and opposite operands instead of dividing by zero", () => {
    expect(addAll(affineBatch([GENERATOR, three]), affineBatch([three, three]))).toBe(false);
    expect(addAll(affineBatch([GENERATOR, three]), affineBatch([three, negatePoint(three)]))).toBe(false);
    expect(multiplesOf({ x: [1n], y: [0n] }, 2)).toBeUndefined();
    // Of order three on its curve: 2 P = -P.
    expect(multiplesOf({ x: [0n], y: [1n] }, 2)).toHaveLength(2);
    expect(multiplesOf({ x: [0n], y: [1n] }, 4)).toBeUndefined();
  });
});
