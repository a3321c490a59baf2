/** What must be closed, in the order in which it was opened. */
export class Stages {
  readonly #closers: (() => Promise<void>)[] = [];
  #closing: Promise<void> | undefined;

  /** Adds one stage; it is closed before all that were added earlier. */
  onClose(closer: () => Promise<void>): void {
    this.#closers.push(closer);
  }

  /** Closes all stages, the newest first, each after the one before has ended. Calling it twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** One stage that fails must not keep the others open; the first failure is reported in the end. */
  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const closer of this.#closers.toReversed()) await closer().catch((cause: unknown) => failures.push(cause));
    if (failures.length > 0) throw failures[0];
  }
}
