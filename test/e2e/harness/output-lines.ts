import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** The lines a process has printed so far, and a promise for the first one, past or future, that fits. */
export class OutputLines {
  readonly #lines: string[] = [];
  readonly #waiting = new Set<{ readonly fits: (line: string) => boolean; readonly resolve: (line: string) => void }>();

  constructor(stream: Readable) {
    createInterface({ input: stream }).on("line", (line) => this.#add(line));
  }

  /** Everything printed so far. */
  get text(): string {
    return this.#lines.join("\n");
  }

  /** The first line that fits. It waits without a limit of its own: the test's time-out is the limit. */
  first(fits: (line: string) => boolean): Promise<string> {
    const seen = this.#lines.find(fits);
    if (seen !== undefined) return Promise.resolve(seen);
    return new Promise((resolve) => this.#waiting.add({ fits, resolve }));
  }

  #add(line: string): void {
    this.#lines.push(line);
    for (const one of this.#waiting) {
      if (!one.fits(line)) continue;
      this.#waiting.delete(one);
      one.resolve(line);
    }
  }
}
