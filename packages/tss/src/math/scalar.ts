import { secp256k1 } from "@noble/curves/secp256k1.js";
import { TssError } from "../errors.ts";
import { assertLength, wipe } from "./bytes.ts";
import { type Rng, randomBytes } from "./rng.ts";

/** A number modulo the group order: 0 <= s < q. Results of this file are always in that range. */
export type Scalar = bigint;

/** q, the order of secp256k1. */
export const ORDER: bigint = secp256k1.Point.Fn.ORDER;

/** Bytes of an encoded scalar: 32, big-endian. */
export const SCALAR_LENGTH = 32;

// 128 bits more than q: the reduction of a uniform string is then uniform up to 2^-128.
const WIDE_LENGTH = 48;

/** The representative of `value` in 0..q-1; `value` may be negative. */
export function reduce(value: bigint): Scalar {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/** a + b mod q. */
export function addScalars(a: Scalar, b: Scalar): Scalar {
  return reduce(a + b);
}

/** a - b mod q. */
export function subtractScalars(a: Scalar, b: Scalar): Scalar {
  return reduce(a - b);
}

/** a * b mod q. */
export function multiplyScalars(a: Scalar, b: Scalar): Scalar {
  return reduce(a * b);
}

/** Sum of all values mod q; 0 for none. */
export function sumScalars(values: Iterable<Scalar>): Scalar {
  let sum = 0n;
  for (const value of values) sum += value;
  return reduce(sum);
}

/** The inverse mod q, in time that depends on `a`. Throws `scalarOutOfRange` for 0, which has none. */
export function invertScalar(a: Scalar): Scalar {
  if (a <= 0n || a >= ORDER) throw new TssError("scalarOutOfRange", "only a scalar in 1..q-1 has an inverse");
  return secp256k1.Point.Fn.inv(a);
}

/** The big-endian number in the bytes, not reduced. Their number must be a multiple of 8. */
export function bigEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let value = 0n;
  for (let at = 0; at < bytes.length; at += 8) value = (value << 64n) | view.getBigUint64(at);
  return value;
}

/** 32 bytes, big-endian. Throws `scalarOutOfRange` unless 0 <= s < q. */
export function encodeScalar(s: Scalar): Uint8Array {
  const out = new Uint8Array(SCALAR_LENGTH);
  writeScalar(s, out, 0);
  return out;
}

/** Writes the 32 bytes of {@link encodeScalar} into `out` at `offset`. Throws `scalarOutOfRange`. */
export function writeScalar(s: Scalar, out: Uint8Array, offset: number): void {
  if (s < 0n || s >= ORDER) throw new TssError("scalarOutOfRange", "a scalar must be in 0..q-1");
  writeBigEndian(s, out, offset);
}

/** Writes a number below 2^256 into 32 bytes of `out` at `offset`, big-endian. */
export function writeBigEndian(s: bigint, out: Uint8Array, offset: number): void {
  const view = new DataView(out.buffer, out.byteOffset + offset, SCALAR_LENGTH);
  // Each call keeps the lowest 64 bits of what it is given.
  view.setBigUint64(0, s >> 192n);
  view.setBigUint64(8, s >> 128n);
  view.setBigUint64(16, s >> 64n);
  view.setBigUint64(24, s);
}

/** The scalar in 32 big-endian bytes; undefined for another length or a value >= q. */
export function decodeScalar(bytes: Uint8Array): Scalar | undefined {
  return bytes.length === SCALAR_LENGTH ? readScalar(bytes, 0) : undefined;
}

/** The scalar in the 32 big-endian bytes at `offset`, all of which must be there; undefined for a value >= q. */
export function readScalar(bytes: Uint8Array, offset: number): Scalar | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, SCALAR_LENGTH);
  const high = (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
  const value = (high << 128n) | (view.getBigUint64(16) << 64n) | view.getBigUint64(24);
  return value < ORDER ? value : undefined;
}

/** The big-endian number in 32 bytes of a hash, reduced mod q. The bias is below 2^-127 for uniform bytes. */
export function reduceBytes32(bytes: Uint8Array): Scalar {
  assertLength(bytes, SCALAR_LENGTH, "the value to reduce");
  return reduce(bigEndian(bytes));
}

/** The big-endian number in 64 bytes of a hash, reduced mod q. */
export function reduceBytes64(bytes: Uint8Array): Scalar {
  assertLength(bytes, 2 * SCALAR_LENGTH, "the value to reduce");
  return reduce(bigEndian(bytes));
}

/** A fresh uniform scalar in 1..q-1. Throws `brokenRng` on a source that yields zero. */
export function randomScalar(rng: Rng): Scalar {
  const wide = randomBytes(rng, WIDE_LENGTH);
  const s = reduce(bigEndian(wide));
  wipe(wide);
  // An honest source gives zero with probability 2^-256; retrying would loop for ever on a constant one.
  if (s === 0n) throw new TssError("brokenRng", "the random source returned a multiple of the group order");
  return s;
}
