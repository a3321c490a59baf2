import type { Unsubscribe } from "@synod/core";

/** Those who listen to one kind of report. */
export class Subscribers<Args extends readonly unknown[]> {
  readonly #handlers = new Set<{ readonly handle: (...args: Args) => void }>();
  readonly #onFailure: (error: unknown) => void;

  /** `onFailure` hears of a handler that threw: one that fails must not keep the others, or the network, from work. */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Adds a handler. The same function added twice is called twice and removed apart. */
  add(handler: (...args: Args) => void): Unsubscribe {
    const entry = { handle: handler };
    this.#handlers.add(entry);
    return () => {
      this.#handlers.delete(entry);
    };
  }

  /** Calls all handlers, in the order they came. */
  tell(...args: Args): void {
    for (const { handle } of [...this.#handlers]) {
      try {
        handle(...args);
      } catch (error) {
        this.#onFailure(error);
      }
    }
  }
}
