/** The machine's clock and task queue, as far as a committer uses them beside the chain's own time. */
export type Pace = {
  /** Milliseconds since some moment of the past. Never goes back. */
  nowMs(): number;
  /** Runs work soon, after the input that waits already. */
  soon(work: () => void): void;
};

/** The clock and the queue of this process. */
export const SYSTEM_PACE: Pace = {
  nowMs: () => performance.now(),
  soon: (work) => void setImmediate(work),
};
