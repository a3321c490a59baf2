import type { PeerBanned, PeerId, Transport } from "@synod/core";
import type { Address } from "viem";
import type { Alarms } from "../alarms.ts";
import type { EvidenceStore } from "../audit/evidence-store.ts";
import type { ChainMoment } from "../chain/follower.ts";
import type { Outbox } from "../chain/outbox.ts";
import type { ChainReader } from "../chain/reader.ts";
import type { Identity } from "../identity.ts";
import type { DaemonEvent, ListedMember } from "../journal/events.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Pace } from "../pace.ts";
import type { SessionHost } from "../sessions/session-host.ts";
import type { Settings } from "../settings.ts";
import type { EpochBook } from "./epoch-book.ts";
import type { RefreshRequests } from "./refresh-requests.ts";

/** When the active epoch is to be followed by another one; the same at all members. */
export type Succession = {
  /** Seconds of chain time after which shares are old; 0: never. */
  readonly refreshAfterSeconds: bigint;
  /** Finalised blocks after which members that are away, or banned, are to be replaced; 0: never. */
  readonly replaceAfterBlocks: bigint;
  /** Who takes their places: the first that are no members. */
  readonly standbys: readonly ListedMember[];
};

/** What bringing an epoch to life needs. */
export type CeremonyContext = {
  readonly chainId: bigint;
  readonly committeeRegistry: Address;
  readonly reader: ChainReader;
  readonly identity: Identity;
  readonly host: SessionHost;
  readonly outbox: Outbox;
  readonly transport: Pick<Transport, "send" | "connected">;
  /** Makes an event durable, then folds it. */
  readonly record: (event: DaemonEvent) => void;
  /** Makes bans durable. */
  readonly ban: (events: readonly PeerBanned[]) => void;
  /** Peers that were banned for cheating, with what they did. */
  readonly banned: () => ReadonlyMap<PeerId, string>;
  readonly book: EpochBook;
  /** Encoded public records of epochs that have a key, by `epochKey`; each has the hash that the registry confirms. */
  readonly records: Map<string, Uint8Array>;
  /** Whether the own share of an epoch is here and can be used, by `epochKey`; `undefined` while that is not known. */
  readonly usable: (epochKey: string) => boolean | undefined;
  /** Epochs that get a new key instead of new shares of the one there is, by `epochKey`. */
  readonly rotations: ReadonlySet<string>;
  /** How many decisions of an epoch are open that the committee may still have to serve, by `epochKey`. */
  readonly openDecisions: (epochKey: string) => number;
  /** Asks for another step soon. */
  readonly wake: () => void;
  /** The last moment of the chain. */
  readonly moment: () => ChainMoment;
  readonly attemptBlocks: bigint;
  readonly submitStaggerBlocks: bigint;
  readonly presignatures: Settings["presignatures"];
  readonly succession: Succession;
  readonly refreshRequests: RefreshRequests;
  readonly evidence: EvidenceStore;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly pace: Pace;
  readonly log: Log;
  /** Aborted when the committer closes: whoever waited for something then records nothing any more. */
  readonly signal: AbortSignal;
};
