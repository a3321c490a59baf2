import type { AffinePoint } from "@synod/tss";

function write(value: bigint, view: DataView, offset: number): void {
  // Each call keeps the lowest 64 bits of what it is given.
  view.setBigUint64(offset, value >> 192n);
  view.setBigUint64(offset + 8, value >> 128n);
  view.setBigUint64(offset + 16, value >> 64n);
  view.setBigUint64(offset + 24, value);
}

function read(view: DataView, offset: number): bigint {
  const high = (view.getBigUint64(offset) << 64n) | view.getBigUint64(offset + 8);
  return (high << 128n) | (view.getBigUint64(offset + 16) << 64n) | view.getBigUint64(offset + 24);
}

/** 32 bytes, big-endian. */
export function encodeScalar(scalar: bigint): Uint8Array {
  const out = new Uint8Array(32);
  write(scalar, new DataView(out.buffer), 0);
  return out;
}

/** The number in 32 big-endian bytes, which are not checked. */
export function readScalar(encoded: Uint8Array): bigint {
  return read(new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength), 0);
}

/** 65 bytes: 4, x, y (SEC 1, section 2.3.3). Saves the square root that a compressed point costs. */
export function encodeAffine({ x, y }: AffinePoint): Uint8Array {
  const out = new Uint8Array(65);
  const view = new DataView(out.buffer);
  out[0] = 4;
  write(x, view, 1);
  write(y, view, 33);
  return out;
}

/** The point in 65 uncompressed bytes that the library made: not checked. */
export function readAffine(encoded: Uint8Array): AffinePoint {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  return { x: read(view, 1), y: read(view, 33) };
}
