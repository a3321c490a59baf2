import { setTimeout as delay } from "node:timers/promises";

/** How long and how often something outside of this process is asked. */
export type PollOptions = {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Ends the waiting with an AbortError. */
  readonly signal: AbortSignal;
};

/**
 * Asks until `probe` gives a value other than undefined. Returns undefined when the time is over first; what `probe`
 * throws ends the waiting.
 */
export async function pollUntil<T>(probe: () => Promise<T | undefined>, options: PollOptions): Promise<T | undefined> {
  const endMs = performance.now() + options.timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() >= endMs) return undefined;
    await delay(options.intervalMs, undefined, { signal: options.signal });
  }
}
