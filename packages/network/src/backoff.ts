/** How long to wait between attempts. */
export interface BackoffBounds {
  /** Wait before the first retry, in milliseconds. */
  readonly firstMs: number;
  /** The longest wait, in milliseconds. */
  readonly maxMs: number;
}

/** Gives the asked number of random bytes. */
export type Rng = (length: number) => Uint8Array;

/** Retries begin after about a quarter of a second and are never more than half a minute apart. */
export const DEFAULT_BACKOFF: BackoffBounds = { firstMs: 250, maxMs: 30_000 };

/**
 * Wait before retry number `attempt` (from 0), in whole milliseconds: doubles up to the maximum, then a random part of
 * up to half is taken off, so that committers that lost each other together do not knock together.
 */
export function backoffMs(attempt: number, bounds: BackoffBounds, rng: Rng): number {
  const full = Math.min(bounds.maxMs, bounds.firstMs * 2 ** Math.min(attempt, 30));
  const [high = 0, low = 0] = rng(2);
  const share = (high * 256 + low) / 65_536;
  return Math.round(full * (1 - share / 2));
}
