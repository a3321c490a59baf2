/** Something that will happen, and can be called off. */
export type Timer = { cancel(): void };

type Entry = { readonly atMs: number; readonly order: number; task: (() => void) | undefined };

/**
 * Virtual time: a queue of what will happen, by when it happens and then by when it was asked for. Nothing in it is
 * random and nothing waits: the clock jumps from one event to the next.
 */
export class VirtualTime {
  #nowMs: number;
  #order = 0;
  readonly #heap: Entry[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  /** Virtual milliseconds. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Lets `task` happen after a delay. */
  after(delayMs: number, task: () => void): Timer {
    const entry: Entry = { atMs: this.#nowMs + Math.max(delayMs, 0), order: this.#order, task };
    this.#order += 1;
    this.#push(entry);
    return {
      cancel: () => {
        entry.task = undefined;
      },
    };
  }

  /** Lets the next event happen; `false` when there is none. */
  next(): boolean {
    for (;;) {
      const entry = this.#pop();
      if (entry === undefined) return false;
      if (entry.task === undefined) continue;
      this.#nowMs = entry.atMs;
      entry.task();
      return true;
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let child = heap.push(entry) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isEarlier(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < heap.length && this.#isEarlier(child, least)) least = child;
      if (least === parent) return first;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #isEarlier(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return false;
    return first.atMs < second.atMs || (first.atMs === second.atMs && first.order < second.order);
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
