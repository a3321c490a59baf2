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

/** Inverts every element with one inversion (Montgomery's trick); undefined when one of them is zero. */
export function invertAll(values: readonly bigint[]): readonly bigint[] | undefined {
  const inverses = new Array<bigint>(values.length);
  let product = 1n;
  for (let i = 0; i < values.length; i++) {
    inverses[i] = product;
    product = (product * (values[i] ?? 0n)) % PRIME;
  }
  if (product === 0n) return undefined;
  let inverse = FIELD.inv(modulo(product));
  for (let i = values.length - 1; i >= 0; i--) {
    inverses[i] = (inverse * (inverses[i] ?? 0n)) % PRIME;
    inverse = (inverse * (values[i] ?? 0n)) % PRIME;
  }
  return inverses;
}

function squareTimes(value: bigint, times: number): bigint {
  let power = value;
  for (let i = 0; i < times; i++) power = (power * power) % PRIME;
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
  const x2 = (squareTimes(value, 1) * value) % PRIME;
  const x3 = (squareTimes(x2, 1) * value) % PRIME;
  const x6 = (squareTimes(x3, 3) * x3) % PRIME;
  const x9 = (squareTimes(x6, 3) * x3) % PRIME;
  const x11 = (squareTimes(x9, 2) * x2) % PRIME;
  const x22 = (squareTimes(x11, 11) * x11) % PRIME;
  const x44 = (squareTimes(x22, 22) * x22) % PRIME;
  const x88 = (squareTimes(x44, 44) * x44) % PRIME;
  const x176 = (squareTimes(x88, 88) * x88) % PRIME;
  const x220 = (squareTimes(x176, 44) * x44) % PRIME;
  const x223 = (squareTimes(x220, 3) * x3) % PRIME;
  const high = (squareTimes(x223, 23) * x22) % PRIME;
  return squareTimes((squareTimes(high, 6) * x2) % PRIME, 2);
}
