import { randomBytes } from "node:crypto";
import type { Clock } from "@synod/core";
import type { BackoffBounds, Rng } from "../backoff.ts";
import { DEFAULT_BACKOFF } from "../backoff.ts";
import type { NetworkBounds } from "../bounds.ts";
import { DEFAULT_BOUNDS } from "../bounds.ts";
import type { Timers } from "../timers.ts";
import { systemTimers } from "../timers.ts";

/** Options of `Libp2pTransport.create`. */
export interface Libp2pTransportOptions {
  /** The committer's identity key, 32 bytes; copied, the caller wipes its own. */
  readonly secret: Uint8Array;
  /** Multiaddr to listen on, for example `/ip4/0.0.0.0/tcp/9001`. Port 0: any free one. */
  readonly listen: string;
  /** Limits; those left out are `DEFAULT_BOUNDS`. */
  readonly bounds?: Partial<NetworkBounds>;
  /** Waits between attempts to reach a peer. Default `DEFAULT_BACKOFF`. */
  readonly backoff?: BackoffBounds;
  /** Randomness of the waits; nothing secret comes of it. Default: the process's. */
  readonly rng?: Rng;
  /** Default: the process's. */
  readonly clock?: Clock;
  /** Default: the process's. */
  readonly timers?: Timers;
}

/** The options with every default filled in. */
export interface TransportSettings {
  readonly bounds: NetworkBounds;
  readonly backoff: BackoffBounds;
  readonly rng: Rng;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Fills in the defaults. */
export function settingsOf(options: Libp2pTransportOptions): TransportSettings {
  return {
    bounds: { ...DEFAULT_BOUNDS, ...options.bounds },
    backoff: options.backoff ?? DEFAULT_BACKOFF,
    rng: options.rng ?? randomBytes,
    clock: options.clock ?? { nowMs: Date.now },
    timers: options.timers ?? systemTimers,
  };
}
