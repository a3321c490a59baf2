import type { Clock } from "@synod/core";

/** A rate with room for bursts. */
export interface Rate {
  /** Tokens that come back per second. */
  readonly perSecond: number;
  /** Tokens there are after a quiet time. */
  readonly burst: number;
}

/**
 * Counts what a peer uses of its share. Spending is always possible and may leave a debt; the answer says for how long
 * to read nothing more. So one message is never cut in two, and a peer that is too fast is slowed, not lost.
 */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #clock: Clock;
  #tokens: number;
  #countedAtMs: number;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = rate.burst;
    this.#countedAtMs = clock.nowMs();
  }

  /** Takes `amount` tokens. Milliseconds until the debt is paid, 0 when there is none. */
  spend(amount: number): number {
    this.#refill();
    this.#tokens -= amount;
    if (this.#tokens >= 0) return 0;
    return Math.ceil((-this.#tokens / this.#rate.perSecond) * 1000);
  }

  /** A clock that was set back gives nothing and takes nothing. */
  #refill(): void {
    const nowMs = this.#clock.nowMs();
    const elapsedMs = Math.max(0, nowMs - this.#countedAtMs);
    this.#countedAtMs = nowMs;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (elapsedMs / 1000) * this.#rate.perSecond);
  }
}
