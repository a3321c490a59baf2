import { secp256k1 } from "@noble/curves/secp256k1.js";
import { pointBackend } from "./backend.ts";

/*
 * The base field of secp256k1, for computations on many values at once. Elements are integers in 0..p - 1.
 */

const FIELD = secp256k1.Point.Fp;

/** p = 2^256 - 2^32 - 977. */
export const PRIME = FIELD.ORDER;

/** The element that is congruent to any integer. */
export function modulo(value: bigint): bigint {
  const rest = value % PRIME;
  return rest < 0n ? rest + PRIME : rest;
}

const LOW = 2n ** 256n - 1n;

/** 2^256 mod p. */
const EXCESS = 2n ** 32n + 977n;

/**
 * A number congruent to `value`, of hardly more than 256 bits and perhaps negative, for a value below 2^660 in absolute
 * value: 2^256 = 2^32 + 977 mod p, twice. Cheaper than a remainder; products of two folded numbers, or of sums of some,
 * can be folded again.
 */
export function fold(value: bigint): bigint {
  const once = (value >> 256n) * EXCESS + (value & LOW);
  return (once >> 256n) * EXCESS + (once & LOW);
}

/**
 * A number congruent to `value`, in half the time of {@link fold}: below 2^328 in absolute value for a value below 2^550.
 * For factors of a product that is folded whole: the product of two such numbers is below 2^656.
 */
export function foldOnce(value: bigint): bigint {
  return (value >> 256n) * EXCESS + (value & LOW);
}

/**
 * Inverts every element with one inversion (Montgomery's trick). Elements are partially reduced, inverses below 2^292
 * in absolute value: see {@link fold} and {@link foldOnce}.
 * @returns undefined when one of them is zero
 */
export function invertAll(values: readonly bigint[]): readonly bigint[] | undefined {
  const inverses = new Array<bigint>(values.length);
  let product = 1n;
  for (let i = 0; i < values.length; i++) {
    inverses[i] = product;
    product = fold(product * (values[i] ?? 0n));
  }
  product = modulo(product);
  if (product === 0n) return undefined;
  let inverse = FIELD.inv(product);
  for (let i = values.length - 1; i >= 0; i--) {
    inverses[i] = foldOnce(inverse * (inverses[i] ?? 0n));
    inverse = fold(inverse * (values[i] ?? 0n));
  }
  return inverses;
}

/** value^(2^times), folded. A square whose square is folded next needs half of it only. */
function squareTimes(value: bigint, times: number): bigint {
  let power = value;
  for (let left = times; left > 0; left--) power = left % 2 === 0 ? foldOnce(power * power) : fold(power * power);
  return power;
}

/**
 * value^((p + 1) / 4): a square root of `value` if it is a square, otherwise of -value. 253 squarings and 13
 * multiplications: the exponent is 223 ones, a zero, 22 ones, four zeros, 11 and 00 in binary, and x_n below is the
 * power with n ones.
 */
export function rootPower(value: bigint): bigint {
  return pointBackend()?.rootPower?.(value) ?? libraryRootPower(value);
}

/** {@link rootPower} without a backend. */
export function libraryRootPower(value: bigint): bigint {
  const x2 = fold(squareTimes(value, 1) * value);
  const x3 = fold(squareTimes(x2, 1) * value);
  const x6 = fold(squareTimes(x3, 3) * x3);
  const x9 = fold(squareTimes(x6, 3) * x3);
  const x11 = fold(squareTimes(x9, 2) * x2);
  const x22 = fold(squareTimes(x11, 11) * x11);
  const x44 = fold(squareTimes(x22, 22) * x22);
  const x88 = fold(squareTimes(x44, 44) * x44);
  const x176 = fold(squareTimes(x88, 88) * x88);
  const x220 = fold(squareTimes(x176, 44) * x44);
  const x223 = fold(squareTimes(x220, 3) * x3);
  const high = fold(squareTimes(x223, 23) * x22);
  return modulo(squareTimes(fold(squareTimes(high, 6) * x2), 2));
}
