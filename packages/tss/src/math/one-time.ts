import { TssError } from "../errors.ts";

const REDACTED = "[one-time state]";

/**
 * Secret state that may be used once: `take` hands the value out and forgets it, so that the same object used twice
 * fails closed. It prints as redacted.
 */
export class OneTime<T> {
  #value: { readonly content: T } | undefined;

  /** Takes ownership of `content`: the caller must not keep or change it. */
  constructor(content: T) {
    this.#value = { content };
  }

  /** Hands the value over; the taker owns it and wipes it. Throws `stateConsumed` on every later call. */
  take(): T {
    const value = this.#value;
    this.#value = undefined;
    if (value === undefined) throw new TssError("stateConsumed", "this state was used before; start a new session");
    return value.content;
  }

  /** Whether the value was taken already. */
  get isConsumed(): boolean {
    return this.#value === undefined;
  }

  /** Always redacted. */
  toString(): string {
    return REDACTED;
  }

  /** Always redacted. */
  toJSON(): string {
    return REDACTED;
  }

  /** Always redacted: what inspection in Node prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}
