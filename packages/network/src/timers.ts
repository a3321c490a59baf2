/** Stops what was scheduled; does nothing once it has run. */
export type Cancel = () => void;

/** Runs things later. A capability, so that tests decide when later is. */
export interface Timers {
  /** Runs `action` once, `delayMs` from now. */
  schedule(delayMs: number, action: () => void): Cancel;
}

/** The timers of the process. */
export const systemTimers: Timers = {
  schedule(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
