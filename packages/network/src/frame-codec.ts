import { ByteQueue } from "./byte-queue.ts";

/** Bytes of the length in front of a frame. */
export const HEADER_BYTES = 4;

/** A frame as it goes over the wire: its length, 4 bytes big-endian, then the frame. */
export function encodeFrame(frame: Uint8Array): Uint8Array {
  const wire = new Uint8Array(HEADER_BYTES + frame.length);
  new DataView(wire.buffer).setUint32(0, frame.length);
  wire.set(frame, HEADER_BYTES);
  return wire;
}

/** What the decoder found next. After `tooLarge` or `empty` the stream is lost: there is no next frame in it. */
export type Decoded =
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  | { readonly kind: "incomplete" }
  | { readonly kind: "tooLarge"; readonly bytes: number }
  | { readonly kind: "empty" };

/**
 * Cuts a stream of bytes into frames. It refuses a frame by the length its header announces, before it waits for a byte
 * of it, so it never holds more than one frame and what came with it.
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #received = new ByteQueue();

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Takes the next bytes of the stream. They are kept as they are until a frame is cut: do not change them. */
  push(chunk: Uint8Array): void {
    this.#received.push(chunk);
  }

  /** The next frame, in an array of its own. */
  next(): Decoded {
    const bytes = this.#received.peekUint32();
    if (bytes === undefined) return { kind: "incomplete" };
    if (bytes === 0) return { kind: "empty" };
    if (bytes > this.#maxFrameBytes) return { kind: "tooLarge", bytes };
    if (this.#received.length < HEADER_BYTES + bytes) return { kind: "incomplete" };
    this.#received.take(HEADER_BYTES);
    return { kind: "frame", frame: this.#received.take(bytes) };
  }
}
