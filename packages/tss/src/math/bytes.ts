import { TssError } from "../errors.ts";

/** Joins byte strings into a new one that the caller owns. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const out = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Overwrites the buffers with zeros. JavaScript may have made copies before; this removes ours only. */
export function wipe(...buffers: readonly (Uint8Array | Uint32Array | Int32Array)[]): void {
  for (const buffer of buffers) buffer.fill(0);
}

/**
 * Compares two byte strings in time that depends on their lengths only.
 * @returns false when the lengths differ
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** Throws `invalidLength` unless `bytes` has exactly `length` bytes; `name` goes into the message. */
export function assertLength(bytes: Uint8Array, length: number, name: string): void {
  if (bytes.length !== length) {
    throw new TssError("invalidLength", `${name} must have ${length} bytes, has ${bytes.length}`);
  }
}

function outOfRange(value: number | bigint, bits: number): TssError {
  return new TssError("integerOutOfRange", `${value} is not an unsigned integer of ${bits} bits`);
}

function unsigned(value: number | bigint, bits: number): bigint {
  const integral = typeof value === "bigint" || Number.isSafeInteger(value);
  // A negative number, shifted right, stays negative.
  if (!integral || BigInt(value) >> BigInt(bits) !== 0n) throw outOfRange(value, bits);
  return BigInt(value);
}

/** For at most 32 bits. Hashes of the pair setup ask for thousands, so no big integer is made. */
function unsignedNumber(value: number, bits: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) throw outOfRange(value, bits);
  return value;
}

/** One byte. Throws `integerOutOfRange`. */
export function u8(value: number): Uint8Array {
  return Uint8Array.of(unsignedNumber(value, 8));
}

/** Two bytes, big-endian. Throws `integerOutOfRange`. */
export function u16(value: number): Uint8Array {
  const out = new Uint8Array(2);
  new DataView(out.buffer).setUint16(0, unsignedNumber(value, 16));
  return out;
}

/** Four bytes, big-endian. Throws `integerOutOfRange`. */
export function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, unsignedNumber(value, 32));
  return out;
}

/** Eight bytes, big-endian. Throws `integerOutOfRange`. */
export function u64(value: number | bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, unsigned(value, 64));
  return out;
}

/** Thirty-two bytes, big-endian: an EVM word. Throws `integerOutOfRange`. */
export function u256(value: bigint): Uint8Array {
  const out = new Uint8Array(32);
  const view = new DataView(out.buffer);
  const word = unsigned(value, 256);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, BigInt.asUintN(64, word >> BigInt(192 - 64 * i)));
  return out;
}

/**
 * Cuts a fixed layout into its fields: the length must be exactly the sum, so nothing may trail.
 * @returns fresh copies in the order of `lengths`, or undefined when the total length differs
 */
export function splitFixed<const L extends readonly number[]>(
  bytes: Uint8Array,
  lengths: L,
): { -readonly [K in keyof L]: Uint8Array } | undefined {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (bytes.length !== total) return undefined;
  let offset = 0;
  const fields = lengths.map((length) => {
    offset += length;
    return bytes.slice(offset - length, offset);
  });
  // The mapped tuple has one field per length, which `map` cannot express.
  return fields as { -readonly [K in keyof L]: Uint8Array };
}

/**
 * Cuts `bytes` into `count` pieces of `length` bytes.
 * @returns fresh copies, or undefined unless the total is exactly `count * length`
 */
export function splitEqual(bytes: Uint8Array, count: number, length: number): readonly Uint8Array[] | undefined {
  if (bytes.length !== count * length) return undefined;
  return Array.from({ length: count }, (_, i) => bytes.slice(i * length, (i + 1) * length));
}
