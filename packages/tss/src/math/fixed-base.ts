import { hashToScalar } from "../transcript/hash.ts";
import type { AffineBatch } from "./affine-batch.ts";
import { type AffinePoint, pointBackend } from "./backend.ts";
import { FIXED_DIGITS, FIXED_WINDOW, generatorMultiples } from "./batch-multiply.ts";
import { signedDigits } from "./digits.ts";
import { addToExtended, fromExtended, toExtended } from "./extended.ts";
import { PRIME } from "./field.ts";
import { multiplyBase, type Point } from "./point.ts";
import type { Scalar } from "./scalar.ts";

/*
 * Multiples of the generator by one-time secrets: signed 6-bit windows with a table for each, so there are 43 additions
 * and no doubling, the same for every scalar.
 */

/** digit * 2^(6 window) * G, reading all entries; digit 0 gives the first one, which the caller drops. */
function select(table: readonly AffineBatch[], window: number, digit: number): AffinePoint {
  const wanted = Math.abs(digit) - 1;
  let [x, y] = [table[0]?.x[window] ?? 0n, table[0]?.y[window] ?? 0n];
  for (let entry = 1; entry < table.length; entry++) {
    const [entryX, entryY] = [table[entry]?.x[window] ?? 0n, table[entry]?.y[window] ?? 0n];
    x = entry === wanted ? entryX : x;
    y = entry === wanted ? entryY : y;
  }
  const negated = PRIME - y;
  return { x, y: digit < 0 ? negated : y };
}

/**
 * scalar * G for a scalar that is secret and used once; a long-lived one goes through
 * {@link file://./point.ts | multiplyBase}, which blinds it as well. Zero is allowed.
 */
export function multiplyBaseOnce(scalar: Scalar): Point {
  const product = pointBackend() === undefined ? multiplyByTable(scalar) : undefined;
  return product ?? multiplyBase(scalar);
}

// A public point, computed at the first use.
let offset: Point | undefined;

/**
 * The sum starts at a public point: adding to the identity takes less time, so low digits that are zero would show.
 */
function publicOffset(): Point {
  offset ??= multiplyBase(hashToScalar("multiply/offset"));
  return offset;
}

/** Undefined if a sum on the way is not covered: for a scalar that nobody chose, with probability below 2^-245. */
function multiplyByTable(scalar: Scalar): Point | undefined {
  const table = generatorMultiples();
  if (table === undefined) return undefined;
  const start = publicOffset();
  let sum = toExtended(start);
  for (const [window, digit] of signedDigits(scalar, FIXED_DIGITS, FIXED_WINDOW).entries()) {
    const next = addToExtended(sum, select(table, window, digit));
    sum = digit === 0 ? sum : next;
  }
  return fromExtended(sum)?.subtract(start);
}
