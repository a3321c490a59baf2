import type { Stream, StreamMessageEvent } from "@libp2p/interface";
import type { Decoded } from "../frame-codec.ts";
import { FrameDecoder } from "../frame-codec.ts";
import type { RejectReason } from "../network-event.ts";
import type { Cancel, Timers } from "../timers.ts";
import type { TokenBucket } from "../token-bucket.ts";
import { asError, PeerCutError } from "./peer-cut-error.ts";

/** Frames handed on in one turn of the event loop: whatever one peer sends, others have their turn within milliseconds. */
const FRAMES_AT_ONCE = 32;

/** What a peer may use of this side; one for all its streams, so that connecting again gains nothing. */
export interface PeerShare {
  readonly bytes: TokenBucket;
  readonly frames: TokenBucket;
}

/** What a link needs of its surroundings. */
export interface InboundLinkOptions {
  readonly stream: Stream;
  readonly maxFrameBytes: number;
  readonly share: PeerShare;
  readonly timers: Timers;
  readonly onFrame: (frame: Uint8Array) => void;
  /** Hears that the peer is read no more for some milliseconds. */
  readonly onSlowed: (forMs: number) => void;
  /** Hears of a frame that cannot be; the link has ended by then. */
  readonly onRejected: (reason: RejectReason, bytes: number) => void;
}

/**
 * The way in from one peer: one stream, cut into frames, each handed on at once. It holds at most one frame and what
 * came with it. A peer that sends too fast is not read until its share has grown again; yamux then lets it send no more.
 */
export class InboundLink {
  readonly #options: InboundLinkOptions;
  readonly #decoder: FrameDecoder;
  #cancelPause: Cancel | undefined;
  /** It pauses to let others have their turn, not because the peer's share is used up. */
  #isTurnOver = false;
  #isEnded = false;

  /** Begins to read the stream. */
  constructor(options: InboundLinkOptions) {
    this.#options = options;
    this.#decoder = new FrameDecoder(options.maxFrameBytes);
    const { stream } = options;
    stream.inactivityTimeout = Number.POSITIVE_INFINITY;
    stream.addEventListener("message", (event) => this.#read(event));
    stream.addEventListener("end", () => this.#acknowledgeEnd());
    stream.addEventListener("close", () => this.#finish());
  }

  /** Hands on no more frames, and leaves the stream to its own end. */
  mute(): void {
    this.#isEnded = true;
    this.#cancelPause?.();
  }

  /** Hands on no more frames and ends the stream. */
  end(): void {
    this.mute();
    this.#options.stream.abort(new PeerCutError());
  }

  /**
   * The peer has said that it writes no more, and all it wrote was read: saying the same tells it that it may go. A
   * peer that goes earlier makes TCP throw away what is still under way.
   */
  #acknowledgeEnd(): void {
    const { stream } = this.#options;
    stream.close().catch((error: unknown) => stream.abort(asError(error)));
  }

  #read({ data }: StreamMessageEvent): void {
    if (this.#isEnded) return;
    if (data instanceof Uint8Array) this.#decoder.push(data);
    else for (const chunk of data) this.#decoder.push(chunk);
    this.#handOn(FRAMES_AT_ONCE);
  }

  /** The stream is over. What was read of it and only waits for its turn is handed on. */
  #finish(): void {
    if (this.#isTurnOver) {
      this.#cancelPause?.();
      this.#cancelPause = undefined;
      this.#isTurnOver = false;
      this.#handOn(Number.POSITIVE_INFINITY);
    }
    this.mute();
  }

  #handOn(most: number): void {
    for (let left = most; !this.#isEnded && this.#cancelPause === undefined; left -= 1) {
      if (left === 0) {
        this.#endTurn();
        return;
      }
      const decoded = this.#decoder.next();
      if (decoded.kind === "incomplete") return;
      this.#handle(decoded);
    }
  }

  #handle(decoded: Exclude<Decoded, { kind: "incomplete" }>): void {
    switch (decoded.kind) {
      case "frame":
        this.#accept(decoded.frame);
        break;
      case "tooLarge":
        this.#reject("tooLarge", decoded.bytes);
        break;
      case "empty":
        this.#reject("empty", 0);
        break;
    }
  }

  #accept(frame: Uint8Array): void {
    const { share, onFrame, onSlowed } = this.#options;
    const pauseMs = Math.max(share.bytes.spend(frame.length), share.frames.spend(1));
    onFrame(frame);
    if (pauseMs <= 0 || this.#isEnded) return;
    this.#pause(pauseMs);
    onSlowed(pauseMs);
  }

  #endTurn(): void {
    this.#isTurnOver = true;
    this.#pause(0);
  }

  #pause(forMs: number): void {
    const { stream, timers } = this.#options;
    if (stream.readStatus === "readable") stream.pause();
    this.#cancelPause = timers.schedule(forMs, () => this.#resume());
  }

  #resume(): void {
    this.#cancelPause = undefined;
    this.#isTurnOver = false;
    this.#handOn(FRAMES_AT_ONCE);
    const isPausedAgain = this.#cancelPause !== undefined;
    if (!this.#isEnded && !isPausedAgain && this.#options.stream.readStatus === "paused") this.#options.stream.resume();
  }

  #reject(reason: RejectReason, bytes: number): void {
    this.end();
    this.#options.onRejected(reason, bytes);
  }
}
