type Waiting = { readonly enter: () => void; readonly leave: (cause: unknown) => void };

/** Lets at most `width` tasks run at once; up to `queue` others wait, first come, first served. */
export class Lane {
  readonly #width: number;
  readonly #queue: number;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(width: number, queue: number) {
    this.#width = width;
    this.#queue = queue;
  }

  /**
   * Runs `task` when there is room. The place is kept until the task has ended, however long its caller waits.
   * Errors: the task's; the signal's reason when it is aborted while the task waits; {@link LaneFullError}.
   */
  async run<Value>(task: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (this.#running < this.#width) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.size >= this.#queue) throw new LaneFullError(this.#queue);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { enter: resolve, leave: reject };
    const abandon = () => {
      if (this.#waiting.delete(waiting)) waiting.leave(signal.reason);
    };
    this.#waiting.add(waiting);
    signal.addEventListener("abort", abandon, { once: true });
    await promise.finally(() => signal.removeEventListener("abort", abandon));
  }

  /** Hands the place on; it is free only when nobody waits for it. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(next);
    next.enter();
  }
}

/** Too many questions wait for one provider already. */
export class LaneFullError extends Error {
  override readonly name = "LaneFullError";
  readonly code = "laneFull";

  constructor(waiting: number) {
    super(`${waiting} questions wait for this provider already`);
  }
}
