import type { Pace } from "../../../src/pace.ts";
import type { Timer, VirtualTime } from "../time.ts";

/** What one process does in virtual time. When the process ends, nothing of it happens any more. */
export class Lane {
  readonly pace: Pace;
  readonly #time: VirtualTime;
  readonly #onThrown: (cause: unknown) => void;
  #isOpen = true;

  /** @param onThrown what is thrown out of a task ends the process, as it would Node's */
  constructor(time: VirtualTime, onThrown: (cause: unknown) => void) {
    this.#time = time;
    this.#onThrown = onThrown;
    this.pace = { nowMs: () => time.nowMs, soon: (work) => void this.after(0, work) };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Lets a task of the process happen after a delay, if the process still lives then. */
  after(delayMs: number, task: () => void): Timer {
    return this.#time.after(delayMs, () => {
      if (!this.#isOpen) return;
      try {
        task();
      } catch (cause) {
        this.#onThrown(cause);
      }
    });
  }

  /** Lets a task happen again and again. */
  every(intervalMs: number, task: () => void): Timer {
    let timer: Timer;
    const again = () => {
      timer = this.after(intervalMs, () => {
        again();
        task();
      });
    };
    again();
    return { cancel: () => timer.cancel() };
  }

  /** The process has ended. */
  close(): void {
    this.#isOpen = false;
  }
}
