import { decodeFrame, encodeFrame } from "@synod/committer";

/** Gives so many random bytes. */
export type Rng = (length: number) => Uint8Array;

/** The same frame with noise of the same length for a payload. What is no session frame stays as it is. */
export function corrupted(bytes: Uint8Array, rng: Rng): Uint8Array {
  const frame = decodeFrame(bytes);
  if (frame?.kind !== "session") return bytes;
  return encodeFrame({ ...frame, payload: rng(frame.payload.length) });
}
