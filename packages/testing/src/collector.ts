const DEFAULT_DEADLINE_MS = 20_000;

/** What was waited for did not come in time. Carries how many items had come, for the test's report. */
export class DeadlineError extends Error {
  readonly seen: number;

  constructor(what: string, deadlineMs: number, seen: number) {
    super(`${what} did not come within ${deadlineMs} ms; ${seen} items had come`);
    this.name = "DeadlineError";
    this.seen = seen;
  }
}

/**
 * Collects what a subscription hands out and lets a test wait for it: woken by each item, never by a timer. The
 * deadline only turns a hang into a failure.
 */
export class Collector<Item> {
  readonly items: Item[] = [];
  readonly #deadlineMs: number;
  readonly #waiters = new Set<() => void>();

  constructor(deadlineMs = DEFAULT_DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  /** Takes one item. An arrow, so that it can be given away as a handler. */
  readonly push = (item: Item): void => {
    this.items.push(item);
    for (const wake of this.#waiters) wake();
  };

  /** The items so far once there are at least `count`. Errors: `DeadlineError`. */
  async count(count: number): Promise<readonly Item[]> {
    await this.#until(() => this.items.length >= count, `item ${count}`);
    return this.items;
  }

  /** The first item, past or future, for which `isWanted` holds. Errors: `DeadlineError`. */
  async first(isWanted: (item: Item) => boolean, what = "the item waited for"): Promise<Item> {
    let found = this.items.findIndex(isWanted);
    await this.#until(() => {
      found = this.items.findIndex(isWanted);
      return found >= 0;
    }, what);
    return this.items[found] as Item;
  }

  #until(isDone: () => boolean, what: string): Promise<void> {
    if (isDone()) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => finish(() => reject(new DeadlineError(what, this.#deadlineMs, this.items.length))),
      this.#deadlineMs,
    );
    const wake = () => {
      if (isDone()) finish(resolve);
    };
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      this.#waiters.delete(wake);
      settle();
    };
    this.#waiters.add(wake);
    return promise;
  }
}

/** A collector of all that a `subscribe` method hands to its handler from now on. */
export function collect<Item>(subscribe: (handler: (item: Item) => void) => unknown): Collector<Item> {
  const collector = new Collector<Item>();
  subscribe(collector.push);
  return collector;
}
