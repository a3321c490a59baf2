import { hashToScalar } from "../transcript/hash.ts";
import { pointBackend } from "./backend.ts";
import { GENERATOR, IDENTITY, multiplyBase, type Point } from "./point.ts";
import type { Scalar } from "./scalar.ts";

/*
 * Multiples of the generator by one-time secrets: signed 6-bit windows with a table for each, so there are 43 additions
 * and no doubling, the same for every scalar.
 */

const WINDOW = 6;
const ENTRIES = 2 ** (WINDOW - 1);

/** Digits of a scalar below 2^256, with the last carry. */
const DIGITS = 43;

// 64^i G, 2 * 64^i G, ..., 32 * 64^i G for every window i: public, 1,376 points, computed at the first use.
let table: readonly (readonly Point[])[] | undefined;

function generatorTable(): readonly (readonly Point[])[] {
  if (table !== undefined) return table;
  let base: Point = GENERATOR;
  table = Array.from({ length: DIGITS }, () => {
    const multiples = [base];
    while (multiples.length < ENTRIES) multiples.push((multiples.at(-1) ?? base).add(base));
    base = (multiples.at(-1) ?? base).double();
    return multiples;
  });
  return table;
}

/** Digits -31..32 with k = sum of digit_i * 64^i, for 0 <= k < 2^256. */
function signedDigits(k: Scalar): readonly number[] {
  let rest = k;
  return Array.from({ length: DIGITS }, () => {
    const low = Number(rest & 63n);
    const carry = low > ENTRIES ? 1 : 0;
    rest = (rest >> 6n) + BigInt(carry);
    return low - 64 * carry;
  });
}

/** digit * P, reading all entries; digit 0 gives 1 * P, which the caller drops. */
function select(multiples: readonly Point[], digit: number): Point {
  const magnitude = Math.abs(digit);
  let selected = multiples[0] ?? IDENTITY;
  for (let i = 0; i < multiples.length; i++) selected = i + 1 === magnitude ? (multiples[i] ?? selected) : selected;
  const negated = selected.negate();
  return digit < 0 ? negated : selected;
}

/**
 * scalar * G for a scalar that is secret and used once; a long-lived one goes through
 * {@link file://./point.ts | multiplyBase}, which blinds it as well. Zero is allowed.
 */
export function multiplyBaseOnce(scalar: Scalar): Point {
  return pointBackend() === undefined ? multiplyByTable(scalar) : multiplyBase(scalar);
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

function multiplyByTable(scalar: Scalar): Point {
  const digits = signedDigits(scalar);
  const start = publicOffset();
  let sum = start;
  for (const [window, multiples] of generatorTable().entries()) {
    const digit = digits[window] ?? 0;
    const next = sum.add(select(multiples, digit));
    sum = digit === 0 ? sum : next;
  }
  return sum.subtract(start);
}
