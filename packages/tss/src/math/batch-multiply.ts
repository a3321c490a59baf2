import { hashToScalar } from "../transcript/hash.ts";
import {
  type AffineBatch,
  addAll,
  affineBatch,
  doubleAll,
  multiplesOf,
  pointsOfBatch,
  repeatPoint,
} from "./affine-batch.ts";
import { BETA, type Digits, HALF_BITS, signedDigits, splitScalar } from "./digits.ts";
import { fold, PRIME } from "./field.ts";
import { GENERATOR, multiply, multiplyBase, multiplyUnsafe, negatePoint, type Point } from "./point.ts";
import { encodeScalar, type Scalar } from "./scalar.ts";

/*
 * Many multiplications at once, for the one-time secret scalars of base OT, on the curve library's own arithmetic: what
 * products.ts does without a backend. All run in step with signed 4-bit windows:
 * the sequence of additions is the same for every scalar, a zero digit computes a sum and drops it, and a table look-up
 * reads all entries. The sums start at an offset that depends on all the scalars, so nobody else can steer them into a
 * case the affine formulas do not cover; should it happen, the whole batch goes through the ordinary multiplication.
 * Long-lived secrets use `multiply`, which blinds the scalar as well.
 */

const WINDOW = 4;
const ENTRIES = 2 ** (WINDOW - 1);

/** Digits of a half scalar. */
const HALF_DIGITS = Math.ceil(HALF_BITS / WINDOW);

/** Multiplications of one point by many scalars: wider windows, as their table is shared. */
export const FIXED_WINDOW = 6;
const FIXED_ENTRIES = 2 ** (FIXED_WINDOW - 1);

/** Digits of a whole scalar, with the last carry. */
export const FIXED_DIGITS = 43;

/**
 * Entry |digit| with the digit's sign, for each position; reads all entries. Digit 0 gives entry 1.
 * @param row the row of the table for all positions; each has its own if undefined
 */
function selectEntries(table: readonly AffineBatch[], digits: Digits, row: number | undefined): AffineBatch {
  const selected: AffineBatch = { x: new Array<bigint>(digits.length), y: new Array<bigint>(digits.length) };
  for (let i = 0; i < digits.length; i++) {
    const [digit, at] = [digits[i] ?? 0, row ?? i];
    const wanted = Math.abs(digit) - 1;
    let [x, y] = [table[0]?.x[at] ?? 0n, table[0]?.y[at] ?? 0n];
    for (let entry = 1; entry < table.length; entry++) {
      const [entryX, entryY] = [table[entry]?.x[at] ?? 0n, table[entry]?.y[at] ?? 0n];
      x = entry === wanted ? entryX : x;
      y = entry === wanted ? entryY : y;
    }
    selected.x[i] = x;
    selected.y[i] = digit < 0 ? PRIME - y : y;
  }
  return selected;
}

function addDigits(sums: AffineBatch, table: readonly AffineBatch[], digits: Digits, row?: number): boolean {
  const keep = digits.map((digit) => (digit === 0 ? 1 : 0));
  return addAll(sums, selectEntries(table, digits, row), keep);
}

/** The digit number `window` of every scalar. */
function column(scalars: readonly Digits[], window: number): readonly number[] {
  return scalars.map((digits) => digits[window] ?? 0);
}

function offsetFor(scalars: readonly Scalar[]): Point {
  return multiplyBase(hashToScalar("multiply/offset", ...scalars.map(encodeScalar)));
}

function doubleTimes(batch: AffineBatch, times: number): boolean {
  for (let i = 0; i < times; i++) if (!doubleAll(batch)) return false;
  return true;
}

function multiplyInStep(points: readonly Point[], scalars: readonly Scalar[]): readonly Point[] | undefined {
  const table = multiplesOf(affineBatch(points), ENTRIES);
  if (table === undefined) return undefined;
  const image = table.map(({ x, y }) => ({ x: x.map((value) => fold(value * BETA)), y }));
  const halves = scalars.map(splitScalar);
  const first = halves.map(([k1]) => signedDigits(k1, HALF_DIGITS, WINDOW));
  const second = halves.map(([, k2]) => signedDigits(k2, HALF_DIGITS, WINDOW));
  const offset = offsetFor(scalars);
  const sums = repeatPoint(offset, points.length);
  for (let window = HALF_DIGITS - 1; window >= 0; window--) {
    const done =
      (window === HALF_DIGITS - 1 || doubleTimes(sums, WINDOW)) &&
      addDigits(sums, table, column(first, window)) &&
      addDigits(sums, image, column(second, window));
    if (!done) return undefined;
  }
  return removeOffset(sums, multiplyUnsafe(offset, 2n ** BigInt(WINDOW * (HALF_DIGITS - 1))));
}

function removeOffset(sums: AffineBatch, offset: Point): readonly Point[] | undefined {
  return addAll(sums, repeatPoint(negatePoint(offset), sums.x.length)) ? pointsOfBatch(sums) : undefined;
}

/**
 * scalars[i] * points[i] for all i: the same as {@link multiply}, several times faster for a hundred or more.
 * For secret scalars that are used once. Zero scalars and identity points are allowed.
 */
export function multiplyBatch(points: readonly Point[], scalars: readonly Scalar[]): readonly Point[] {
  return multiplyInStep(points, scalars) ?? points.map((point, i) => multiply(point, scalars[i] ?? 0n));
}

/** 2^(6 i) P for every window i of a whole scalar, and the multiples of all of them: see {@link fixedTable}. */
export type FixedTable = readonly AffineBatch[];

/** The table from which {@link multiplyFixed} takes the multiples of a public point; undefined for the identity. */
function fixedTable(point: Point): FixedTable | undefined {
  const bases: Point[] = [point];
  while (bases.length < FIXED_DIGITS) {
    let base = bases.at(-1) ?? point;
    for (let i = 0; i < FIXED_WINDOW; i++) base = base.double();
    bases.push(base);
  }
  return multiplesOf(affineBatch(bases), FIXED_ENTRIES);
}

// Public, computed at the first use.
let generatorTable: FixedTable | undefined;

/** Entry n - 1 of window i is n * 2^(6 i) * G: 32 multiples in each of 43 windows. Public. */
export function generatorMultiples(): FixedTable | undefined {
  generatorTable ??= fixedTable(GENERATOR);
  return generatorTable;
}

function multiplyFromTable(table: FixedTable, scalars: readonly Scalar[]): readonly Point[] | undefined {
  const digits = scalars.map((scalar) => signedDigits(scalar, FIXED_DIGITS, FIXED_WINDOW));
  const offset = offsetFor(scalars);
  const sums = repeatPoint(offset, scalars.length);
  for (let window = 0; window < FIXED_DIGITS; window++) {
    if (!addDigits(sums, table, column(digits, window), window)) return undefined;
  }
  return removeOffset(sums, offset);
}

/** scalars[i] * point for all i: see {@link multiplyBatch}. Faster still, for some fifty scalars or more. */
export function multiplyFixed(point: Point, scalars: readonly Scalar[]): readonly Point[] {
  const table = fixedTable(point);
  const products = table && multiplyFromTable(table, scalars);
  return products ?? scalars.map((scalar) => multiply(point, scalar));
}

/** scalars[i] * G for all i: see {@link multiplyBatch}. */
export function multiplyBaseBatch(scalars: readonly Scalar[]): readonly Point[] {
  const table = generatorMultiples();
  const products = table && multiplyFromTable(table, scalars);
  return products ?? scalars.map(multiplyBase);
}
