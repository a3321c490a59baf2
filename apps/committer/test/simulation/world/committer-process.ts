import { parseJournalEvent } from "@synod/core";
import type { IdentityKey } from "@synod/tss";
import { keccak256, stringToHex } from "viem";
import { type Alarms, createAlarms } from "../../../src/alarms.ts";
import { type Assembly, assemble } from "../../../src/assemble.ts";
import type { AuditFile } from "../../../src/audit/audit-file.ts";
import type { EvidenceStore } from "../../../src/audit/evidence-store.ts";
import { startBeating } from "../../../src/beating.ts";
import { Providers } from "../../../src/chain/providers/providers.ts";
import { Witness } from "../../../src/chain/providers/witness.ts";
import { ChainReader } from "../../../src/chain/reader.ts";
import { settleHalt } from "../../../src/halt.ts";
import { identityOf } from "../../../src/identity.ts";
import { createCommitterCodec } from "../../../src/journal/codec.ts";
import type { CommitterEvent } from "../../../src/journal/events.ts";
import type { Lobe, LobeAnswer, LobeQuestion } from "../../../src/lobes/lobe.ts";
import { allowedFields, type Log } from "../../../src/log.ts";
import { createMetrics, type Metrics } from "../../../src/metrics.ts";
import { NO_REHEARSAL } from "../../../src/rehearsal.ts";
import type { Settings } from "../../../src/settings.ts";
import { remember, type Stores } from "../../../src/stores.ts";
import type { VirtualChain } from "../chain/virtual-chain.ts";
import type { Chance } from "../chance.ts";
import { DiskJournal, DiskSignClaims } from "../disk/stores.ts";
import type { VirtualDisk } from "../disk/virtual-disk.ts";
import type { VirtualTransport } from "../network/virtual-network.ts";
import type { VirtualTime } from "../time.ts";
import { Lane } from "./lane.ts";
import { nodeProvider, type ProviderTerms } from "./node-provider.ts";
import { virtualSessions } from "./virtual-sessions.ts";

const PATIENCE_MS = 500;
const LOBE_MS = [5, 400] as const;

/** Codec of the journal, the real one. */
export const JOURNAL_CODEC = createCommitterCodec(parseJournalEvent);

/** Figures of all simulated committers together: nobody scrapes them. */
const shared: { metrics?: Metrics } = {};

function sharedMetrics(): Metrics {
  if (shared.metrics === undefined) {
    const { metrics, close } = createMetrics();
    close();
    shared.metrics = metrics;
  }
  return shared.metrics;
}

/** What a process stands on, and who hears of what it does. */
export type ProcessTerms = {
  readonly settings: Settings;
  /** Identity secret, 32 bytes. */
  readonly secret: Uint8Array;
  readonly identityKey: IdentityKey;
  readonly disk: VirtualDisk;
  readonly provider: ProviderTerms;
  readonly chain: VirtualChain;
  readonly time: VirtualTime;
  readonly chance: Chance;
  /** Opens the process's end of the network. */
  readonly attach: (guard: { readonly isAlive: () => boolean }) => VirtualTransport;
  readonly lobe: (question: LobeQuestion) => LobeAnswer;
  /** Events are durable. */
  readonly onRecorded: (events: readonly CommitterEvent[]) => void;
  /** A presignature is about to be used. */
  readonly onPresignature: (id: string) => void;
  readonly onAlarm: (alarm: string) => void;
  readonly onLog: (line: string) => void;
  /** Something was thrown out of a task. */
  readonly onUncaught: (cause: unknown) => void;
};

/** A journal that shows what became durable. */
class WitnessedJournal extends DiskJournal<CommitterEvent> {
  readonly #onRecorded: ProcessTerms["onRecorded"];
  #unacknowledged = 0;

  constructor({ disk, onRecorded }: ProcessTerms) {
    super(disk, JOURNAL_CODEC);
    this.#onRecorded = onRecorded;
  }

  /** How many events are being written, or were written without the process having heard of it. */
  get unacknowledged(): number {
    return this.#unacknowledged;
  }

  override append(events: readonly CommitterEvent[]): void {
    this.#unacknowledged = events.length;
    super.append(events);
    this.#unacknowledged = 0;
    this.#onRecorded(events);
  }
}

/** One life of a committer: the real parts, put together as the daemon does it, on virtual edges. */
export class CommitterProcess {
  readonly lane: Lane;
  readonly #terms: ProcessTerms;
  #stores: Omit<Stores, "database"> | undefined;
  #journal: WitnessedJournal | undefined;
  #assembly: Assembly | undefined;
  #alarms: Alarms | undefined;
  #transport: VirtualTransport | undefined;
  #onHead: () => void = () => undefined;

  constructor(terms: ProcessTerms) {
    this.#terms = terms;
    this.lane = new Lane(terms.time, terms.onUncaught);
  }

  /** What the process remembers; `undefined` before it has opened its stores. */
  get stores(): Omit<Stores, "database"> | undefined {
    return this.#stores;
  }

  /** Events that may be on the disk although the process does not know it: it ended, or failed, while writing them. */
  get unacknowledged(): number {
    return this.#journal?.unacknowledged ?? 0;
  }

  get assembly(): Assembly | undefined {
    return this.#assembly;
  }

  /** Whether the process has caught up with a block, reaches all others and is held back by nothing. */
  isServing(finalised: bigint, others: number): boolean {
    const processed = this.#assembly?.follower.processed?.number ?? -1n;
    const reached = this.#transport?.connected().size ?? 0;
    return processed >= finalised && reached === others && this.#alarms?.standing().length === 0;
  }

  /** The node announces a new block. */
  announce(): void {
    this.#onHead();
  }

  /** Opens everything and begins to beat. */
  start(): void {
    const { chain, settings, secret, provider, chance, attach } = this.#terms;
    const { lane } = this;
    const log = this.#log();
    const metrics = sharedMetrics();
    const alarms = createAlarms(log, metrics);
    this.#alarms = alarms;
    const stores = this.#openStores();
    this.#stores = stores;
    settleHalt({ memory: stores.memory, alarms, log }, undefined);
    const list = [nodeProvider(chain, provider, lane, chance)];
    const witness = new Witness({ alarms, metrics, log });
    const providers = new Providers({ list, quorum: 1, patienceMs: PATIENCE_MS, witness });
    const transport = attach({ isAlive: () => lane.isOpen });
    this.#transport = transport;
    const base = {
      ...{ settings, identity: identityOf(secret), stores, reader: new ChainReader(providers, settings) },
      ...{ sessions: this.#sessions(), transport, lobes: () => this.#lobe(), log, metrics, alarms },
      ...{ rehearsal: NO_REHEARSAL, pace: lane.pace, signal: new AbortController().signal },
    };
    const assembly = assemble(base);
    this.#assembly = assembly;
    void transport.start();
    startBeating(base, assembly, (onHead) => {
      this.#onHead = onHead;
      const poll = lane.every(settings.chain.pollIntervalMs, onHead);
      return { close: () => poll.cancel() };
    });
  }

  #openStores(): Omit<Stores, "database"> {
    const { disk } = this.#terms;
    const file = (path: string): AuditFile => ({
      path,
      read: () => disk.read(path),
      append: (text) => disk.append(path, text),
    });
    const evidence: EvidenceStore = { keep: ({ code, round }) => keccak256(stringToHex(`${code}/${round}`)) };
    this.#journal = new WitnessedJournal(this.#terms);
    const remembered = remember(this.#journal, { log: file("audit.jsonl"), heads: file("audit-heads.jsonl") });
    return { ...remembered, claims: new DiskSignClaims(disk), evidence };
  }

  #sessions() {
    const { disk, identityKey, chance, onPresignature } = this.#terms;
    return virtualSessions({ disk, identity: identityKey, lane: this.lane, chance, onPresignature });
  }

  #lobe(): Lobe {
    const { chance, lobe } = this.#terms;
    return {
      ask: (question) => {
        const { promise, resolve } = Promise.withResolvers<LobeAnswer>();
        this.lane.after(chance.between(...LOBE_MS), () => resolve(lobe(question)));
        return promise;
      },
    };
  }

  #log(): Log {
    const { onLog, onAlarm } = this.#terms;
    const write = (message: string, fields: object = {}) => {
      if (!this.lane.isOpen) return;
      onLog(`${message} ${JSON.stringify(allowedFields(fields))}`);
      if (message === "alarm raised" && "alarm" in fields) onAlarm(String(fields.alarm));
    };
    return { debug: write, info: write, warn: write, error: write };
  }
}
