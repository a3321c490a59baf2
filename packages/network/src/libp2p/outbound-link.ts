import { once } from "node:events";
import type { Stream } from "@libp2p/interface";
import type { Clock } from "@synod/core";
import type { BackoffBounds, Rng } from "../backoff.ts";
import { backoffMs } from "../backoff.ts";
import { encodeFrame } from "../frame-codec.ts";
import type { SendQueue } from "../send-queue.ts";
import type { Cancel, Timers } from "../timers.ts";
import { asError, PeerCutError } from "./peer-cut-error.ts";

/** A connection that lived this long was a good one: the next loss is answered as a first. */
const SETTLED_MS = 10_000;

/** What a link needs of its surroundings. */
export interface OutboundLinkOptions {
  readonly queue: SendQueue;
  /** Opens a stream to the peer, over a connection that stands or a new one. */
  readonly open: (signal: AbortSignal) => Promise<Stream>;
  /** How long opening may take, in milliseconds. */
  readonly openTimeoutMs: number;
  readonly backoff: BackoffBounds;
  readonly rng: Rng;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Hears when frames can leave, and when they no longer can. */
  readonly onChange: (isConnected: boolean) => void;
  /** Hears of an attempt that failed. */
  readonly onFailure: (retryMs: number, error: unknown) => void;
}

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "opening"; readonly abort: AbortController }
  | { readonly kind: "open"; readonly stream: Stream; readonly sinceMs: number }
  | { readonly kind: "waiting"; readonly cancel: Cancel }
  | { readonly kind: "closed" };

/**
 * The way out to one peer: one stream at a time, filled from a bounded queue as fast as the peer reads, and opened
 * again after a loss. Frames keep their order; those already handed to a stream that is lost are lost with it.
 */
export class OutboundLink {
  readonly #options: OutboundLinkOptions;
  #state: State = { kind: "idle" };
  #failures = 0;

  constructor(options: OutboundLinkOptions) {
    this.#options = options;
  }

  /** Whether frames can leave now. */
  get isOpen(): boolean {
    return this.#state.kind === "open";
  }

  /** Opens the way now, unless it is open, being opened, or closed for good. */
  wake(): void {
    if (this.#state.kind === "waiting") this.#state.cancel();
    else if (this.#state.kind !== "idle") return;
    const abort = new AbortController();
    this.#state = { kind: "opening", abort };
    void this.#open(abort);
  }

  /** Sends what waits, until the peer must first read. */
  pump(): void {
    const state = this.#state;
    if (state.kind !== "open") return;
    const { stream } = state;
    try {
      while (!stream.writableNeedsDrain && stream.writeStatus === "writable") {
        const frame = this.#options.queue.take();
        if (frame === undefined) return;
        stream.send(encodeFrame(frame));
      }
    } catch (error) {
      // The line broke under the write; the stream's end is what the link answers to.
      stream.abort(asError(error));
    }
  }

  /** Ends the link for good, at once; what was not sent is lost. */
  cut(): void {
    const before = this.#end();
    if (before.kind === "open") before.stream.abort(new PeerCutError());
  }

  /** Ends the link for good; resolves when the peer has read what was handed to the stream, or `signal` says stop. */
  async close(signal: AbortSignal): Promise<void> {
    const before = this.#end();
    if (before.kind !== "open") return;
    try {
      await Promise.all([once(before.stream, "close", { signal }), before.stream.close({ signal })]);
    } catch (error) {
      before.stream.abort(asError(error));
    }
  }

  #end(): State {
    const before = this.#state;
    this.#state = { kind: "closed" };
    if (before.kind === "opening") before.abort.abort();
    if (before.kind === "waiting") before.cancel();
    if (before.kind === "open") this.#options.onChange(false);
    return before;
  }

  async #open(abort: AbortController): Promise<void> {
    const cancelTimeout = this.#options.timers.schedule(this.#options.openTimeoutMs, () => abort.abort());
    try {
      const stream = await this.#options.open(abort.signal);
      this.#adopt(stream);
    } catch (error) {
      if (this.#state.kind === "opening") this.#retryLater(error);
    } finally {
      cancelTimeout();
    }
  }

  #adopt(stream: Stream): void {
    if (this.#state.kind !== "opening") {
      stream.abort(new PeerCutError());
      return;
    }
    this.#state = { kind: "open", stream, sinceMs: this.#options.clock.nowMs() };
    // A stream may sit idle between decisions for as long as it likes; the host's pings watch the line.
    stream.inactivityTimeout = Number.POSITIVE_INFINITY;
    stream.addEventListener("drain", () => this.pump());
    stream.addEventListener("close", () => this.#lose(stream));
    stream.addEventListener("remoteCloseWrite", () => this.#refuseEnd(stream));
    this.#options.onChange(true);
    if (stream.status === "open") this.pump();
    else this.#lose(stream);
  }

  /** A reader that wants no more has gone without a word, or restarts: the stream is as good as lost. */
  #refuseEnd(stream: Stream): void {
    if (this.#state.kind === "open" && this.#state.stream === stream) stream.abort(new PeerCutError());
  }

  #lose(stream: Stream): void {
    const state = this.#state;
    if (state.kind !== "open" || state.stream !== stream) return;
    if (this.#options.clock.nowMs() - state.sinceMs >= SETTLED_MS) this.#failures = 0;
    this.#state = { kind: "idle" };
    this.#options.onChange(false);
    // A subscriber may have ended the link when it heard of the loss.
    if (this.#state.kind === "idle") this.#wait();
  }

  #retryLater(error: unknown): void {
    const retryMs = this.#wait();
    this.#options.onFailure(retryMs, error);
  }

  #wait(): number {
    const { backoff, rng, timers } = this.#options;
    const retryMs = backoffMs(this.#failures, backoff, rng);
    this.#failures += 1;
    this.#state = { kind: "waiting", cancel: timers.schedule(retryMs, () => this.wake()) };
    return retryMs;
  }
}
