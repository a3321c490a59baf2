import type { NetworkBounds } from "./bounds.ts";

/** Frames that wait for one peer, oldest first, within bounds. */
export class SendQueue {
  readonly #maxFrames: number;
  readonly #maxBytes: number;
  readonly #frames: Uint8Array[] = [];
  #bytes = 0;

  constructor(bounds: Pick<NetworkBounds, "maxQueueFrames" | "maxQueueBytes">) {
    this.#maxFrames = bounds.maxQueueFrames;
    this.#maxBytes = bounds.maxQueueBytes;
  }

  /** How many frames wait. */
  get length(): number {
    return this.#frames.length;
  }

  /** Keeps the frame, which it then owns; `false` and nothing kept when there is no room. */
  offer(frame: Uint8Array): boolean {
    if (this.#frames.length >= this.#maxFrames || this.#bytes + frame.length > this.#maxBytes) return false;
    this.#frames.push(frame);
    this.#bytes += frame.length;
    return true;
  }

  /** Takes the oldest frame; `undefined` when none waits. */
  take(): Uint8Array | undefined {
    const frame = this.#frames.shift();
    this.#bytes -= frame?.length ?? 0;
    return frame;
  }
}
