/** Wall clock of the machine. For time-outs and logs only: decisions live by the time of the chain. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
}
