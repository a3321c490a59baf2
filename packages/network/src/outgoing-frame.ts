import { NetworkError } from "./network-error.ts";

/** A copy of a frame to be sent: the caller may change its own at once. Errors: `FRAME_EMPTY`, `FRAME_TOO_LARGE`. */
export function outgoingFrame(frame: Uint8Array, maxBytes: number): Uint8Array {
  const bytes = frame.length;
  if (bytes === 0) throw new NetworkError({ code: "FRAME_EMPTY" });
  if (bytes > maxBytes) throw new NetworkError({ code: "FRAME_TOO_LARGE", bytes, maxBytes });
  return new Uint8Array(frame);
}
