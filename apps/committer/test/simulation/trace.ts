import { createHash } from "node:crypto";

const KEPT_LINES = 60;

/** What happened in a world, in order. Equal worlds leave equal traces. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #last: string[] = [];
  readonly #nowMs: () => number;
  readonly #onLine: ((line: string) => void) | undefined;
  #length = 0;

  /** @param onLine is shown every line as it comes */
  constructor(nowMs: () => number, onLine?: (line: string) => void) {
    this.#nowMs = nowMs;
    this.#onLine = onLine;
  }

  /** Adds one event: who, and what. */
  add(who: string, what: string): void {
    const line = `${(this.#nowMs() / 1_000).toFixed(3)} ${who} ${what}`;
    this.#hash.update(line).update("\n");
    this.#length += 1;
    this.#onLine?.(line);
    this.#last.push(line);
    if (this.#last.length > 2 * KEPT_LINES) this.#last.splice(0, KEPT_LINES);
  }

  /** How many events there were. */
  get length(): number {
    return this.#length;
  }

  /** SHA-256 over all of it so far, in hex. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  /** The newest events, oldest first. */
  last(): readonly string[] {
    return this.#last.slice(-KEPT_LINES);
  }
}
