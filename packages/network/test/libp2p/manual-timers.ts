import type { Timers } from "../../src/index.ts";

/** Timers that run when the test says so, whatever their delay. */
export class ManualTimers implements Timers {
  readonly #waiting = new Set<() => void>();

  schedule(_delayMs: number, action: () => void): () => void {
    const entry = () => {
      this.#waiting.delete(entry);
      action();
    };
    this.#waiting.add(entry);
    return () => {
      this.#waiting.delete(entry);
    };
  }

  /** Runs all that waits now; what they schedule waits for the next call. */
  runAll(): void {
    for (const run of [...this.#waiting]) run();
  }
}
