import type { CommitterState, CommitterView, JournalEvent, SignClaims, Transport } from "@synod/core";
import type { Address } from "viem";
import type { Alarms } from "../alarms.ts";
import type { EvidenceStore } from "../audit/evidence-store.ts";
import type { Account } from "../chain/account.ts";
import type { Outbox } from "../chain/outbox.ts";
import type { ChainReader } from "../chain/reader.ts";
import type { EpochBook } from "../committee/epoch-book.ts";
import type { Identity } from "../identity.ts";
import type { LobeDirectory } from "../lobes/choose-lobe.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Pace } from "../pace.ts";
import type { Rehearsal } from "../rehearsal.ts";
import type { SessionHost } from "../sessions/session-host.ts";
import type { PolicySnapshots } from "./policy-snapshot.ts";

/** What the command handlers work with. */
export type DecisionContext = {
  readonly chainId: bigint;
  readonly committeeRegistry: Address;
  readonly decisionRegistry: Address;
  readonly reader: ChainReader;
  readonly snapshots: PolicySnapshots;
  readonly account: Account;
  readonly outbox: Outbox;
  readonly identity: Identity;
  readonly lobes: LobeDirectory;
  readonly claims: SignClaims;
  readonly host: SessionHost;
  readonly transport: Pick<Transport, "send">;
  readonly book: EpochBook;
  /** The newest state: what the journal folds to. */
  readonly state: () => CommitterState;
  /** What is seen besides the journal. */
  readonly view: () => CommitterView;
  /** Makes events durable in one transaction, then folds them. */
  readonly record: (events: readonly JournalEvent[]) => void;
  readonly rehearsal: Rehearsal;
  /** Aborted when the committer closes. */
  readonly signal: AbortSignal;
  readonly evidence: EvidenceStore;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly pace: Pace;
  readonly log: Log;
};

/**
 * Carries out one kind of command. What it returns is journaled by the driver in one transaction; nothing when the
 * world has moved on and the command may come again.
 * Errors: the provider's, when it does not answer; the driver gives the command again at the next block.
 */
export type Handler<Order> = (context: DecisionContext, order: Order) => Promise<readonly JournalEvent[]>;
