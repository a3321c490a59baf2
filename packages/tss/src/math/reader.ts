import { decodePoint, POINT_LENGTH, type Point } from "./point.ts";
import { decodeScalar, SCALAR_LENGTH, type Scalar } from "./scalar.ts";

/**
 * Reads a binary layout from front to back. Each read returns undefined when too few bytes are left or the value is not
 * canonical, and every read after that returns undefined as well. A decoder ends with `isComplete()`.
 */
export type ByteReader = {
  /** A fresh copy of the next `length` bytes. */
  readonly bytes: (length: number) => Uint8Array | undefined;
  /** The next byte. */
  readonly u8: () => number | undefined;
  /** The next two bytes, big-endian. */
  readonly u16: () => number | undefined;
  /** The next four bytes, big-endian. */
  readonly u32: () => number | undefined;
  /** The next eight bytes, big-endian. */
  readonly u64: () => bigint | undefined;
  /** The next 32 bytes as a canonical scalar. */
  readonly scalar: () => Scalar | undefined;
  /** The next 33 bytes as a point that is on the curve and not the identity. */
  readonly point: () => Point | undefined;
  /** Whether every byte was read and every read succeeded: nothing may trail. */
  readonly isComplete: () => boolean;
};

/** Starts reading at the first byte. The reader keeps a reference: do not change `source` while reading. */
export function createReader(source: Uint8Array): ByteReader {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let offset = 0;
  let failed = false;
  function read<T>(length: number, decode: (at: number) => T | undefined): T | undefined {
    failed ||= !Number.isSafeInteger(length) || length < 0 || length > source.length - offset;
    if (failed) return undefined;
    const value = decode(offset);
    offset += length;
    failed = value === undefined;
    return value;
  }
  return {
    bytes: (length) => read(length, (at) => source.slice(at, at + length)),
    u8: () => read(1, (at) => view.getUint8(at)),
    u16: () => read(2, (at) => view.getUint16(at)),
    u32: () => read(4, (at) => view.getUint32(at)),
    u64: () => read(8, (at) => view.getBigUint64(at)),
    scalar: () => read(SCALAR_LENGTH, (at) => decodeScalar(source.subarray(at, at + SCALAR_LENGTH))),
    point: () => read(POINT_LENGTH, (at) => decodePoint(source.subarray(at, at + POINT_LENGTH))),
    isComplete: () => !failed && offset === source.length,
  };
}
