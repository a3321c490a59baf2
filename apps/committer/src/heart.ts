import { attemptAt, type PeerId, type Transport, toDecisionId } from "@synod/core";
import { StorageError } from "@synod/storage";
import type { Hex } from "viem";
import type { Alarms } from "./alarms.ts";
import type { HeadCourier } from "./audit/head-courier.ts";
import type { HeadWitness } from "./audit/head-witness.ts";
import type { ChainFollower, ChainMoment } from "./chain/follower.ts";
import type { Outbox } from "./chain/outbox.ts";
import type { PeerViews } from "./chain/peer-views.ts";
import { NoAgreementError } from "./chain/providers/no-agreement.ts";
import type { ChainReader } from "./chain/reader.ts";
import { coalesce } from "./coalesce.ts";
import type { Ceremonies } from "./committee/ceremonies.ts";
import type { DecisionDriver } from "./decisions/driver.ts";
import type { PeerNotes } from "./decisions/peer-notes.ts";
import { messageOf } from "./failure.ts";
import type { Log } from "./log.ts";
import type { Memory } from "./memory.ts";
import type { Pace } from "./pace.ts";
import { type Routes, routed } from "./routes.ts";
import { decodeFrame, encodeFrame, type Slot } from "./sessions/frame.ts";
import type { SessionHost } from "./sessions/session-host.ts";
import type { World } from "./world.ts";

/** Time that an attempt is given even when blocks come faster than the mathematics. */
export const LEAST_ATTEMPT_MS = 3_000;

/** A run in which nothing has moved for this long sends its frames again at the next block. */
const RESEND_IDLE_MS = 1_500;

/** What beats together. */
export type HeartParts = {
  readonly follower: ChainFollower;
  readonly reader: ChainReader;
  readonly outbox: Outbox;
  readonly world: World;
  readonly memory: Memory;
  readonly ceremonies: Ceremonies;
  readonly driver: DecisionDriver;
  readonly notes: PeerNotes;
  readonly views: PeerViews;
  readonly courier: HeadCourier;
  readonly witness: HeadWitness;
  readonly host: SessionHost;
  readonly transport: Pick<Transport, "self" | "setPeers" | "send">;
  readonly routes: Routes;
  readonly attemptBlocks: bigint;
  readonly pace: Pace;
  readonly alarms: Alarms;
  readonly log: Log;
};

/** Providers contradict each other: their own alarm says so, and stands until they agree. */
function isDisputed(cause: unknown): boolean {
  return cause instanceof NoAgreementError && cause.code === "rpcQuorumLost";
}

/**
 * Turns what happens outside into work: a block lets the chain's facts be read anew, a frame is sent to where it
 * belongs, and after either everything that has become possible is begun.
 */
export class Heart {
  readonly #parts: HeartParts;
  #seen: ChainMoment | undefined;
  #isReading = false;
  #peers = "";
  /** Asks for everything possible to be begun, soon. */
  readonly wake: () => void;

  constructor(parts: HeartParts) {
    this.#parts = parts;
    this.wake = coalesce(() => this.#act(), parts.pace.soon);
  }

  /**
   * Reads the chain once and acts on what is new. Providers that fail, or contradict each other, raise an alarm.
   * Errors: the stores' alone; nothing can go on without them.
   */
  async beat(): Promise<void> {
    const { follower, alarms } = this.#parts;
    this.#isReading = true;
    try {
      const moment = await follower.tick();
      if (moment === undefined) this.#halt();
      else await this.#take(moment);
      alarms.clear("rpcUnreachable");
    } catch (cause) {
      if (cause instanceof StorageError) throw cause;
      if (!isDisputed(cause)) alarms.raise("rpcUnreachable", messageOf(cause, 160));
    } finally {
      this.#isReading = false;
      this.#act();
    }
  }

  /** A way to a peer has opened: what was sent while there was none may be lost. */
  onPeerConnected(peer: PeerId): void {
    this.#parts.host.resendTo(peer);
    if (this.#seen !== undefined) this.#tell([peer], this.#seen);
  }

  /** A frame of an authenticated peer. */
  onFrame(from: PeerId, bytes: Uint8Array): void {
    const { host, ceremonies, notes, views } = this.#parts;
    const frame = decodeFrame(bytes);
    switch (frame?.kind) {
      case "session":
        ceremonies.onSession(from, frame);
        this.#followAttempt(from, frame.slot);
        host.deliver(from, frame);
        break;
      case "attestation":
        void notes.onAttestation(from, frame);
        break;
      case "signature":
        if (!ceremonies.onProof(from, frame)) void notes.onSignature(from, frame);
        break;
      case "stored":
        ceremonies.onStored(from, frame);
        break;
      case "approval":
        ceremonies.onApproval(from, frame);
        break;
      case "ask":
        ceremonies.onAsk(from, frame);
        break;
      case "record":
        ceremonies.onRecord(from, frame);
        break;
      case "chainView":
        views.onView(from, frame);
        break;
      case "auditHead":
        this.#exchange(this.#parts.witness.onHead(from, frame));
        break;
      case "auditCoSignature":
        this.#exchange(this.#parts.courier.onCoSignature(from, frame));
        break;
      case undefined:
        host.dropUndecodable();
    }
  }

  /** Heads of audit logs are shown again at every block; only a store that failed ends the process. */
  #exchange(work: Promise<void>): void {
    work.catch((cause: unknown) => {
      if (cause instanceof StorageError) throw cause;
      this.#parts.log.warn("audit head could not be exchanged", { reason: messageOf(cause) });
    });
  }

  /**
   * A member of an attempt that not all have joined has moved on to a later one, and by the block clock rightly so:
   * waiting in the old one would only keep both waiting. Nobody else can end it, and no member can hurry the clock.
   */
  #followAttempt(from: PeerId, { subject, attempt }: Slot): void {
    const { host } = this.#parts;
    const old = host.runs().find((run) => run.subject === subject && run.attempt < attempt && run.peers.has(from));
    const now = this.#attemptNow(subject);
    if (old?.isComplete === false && now !== undefined && attempt <= now) host.expire(old);
  }

  /** The attempt that the block clock gives a decision now; `undefined` when none may run. */
  #attemptNow(subject: Hex): number | undefined {
    const { memory, attemptBlocks } = this.#parts;
    const readyBlock = memory.state.open.get(toDecisionId(subject))?.readyBlock;
    if (readyBlock === undefined || this.#seen === undefined) return undefined;
    return attemptAt(this.#seen.finalised.number, readyBlock, attemptBlocks);
  }

  /** A finalised block changed: nothing is signed any more until a person says so. */
  #halt(): void {
    const { memory, host } = this.#parts;
    const reason = "a finalised block changed";
    for (const run of host.runs()) if (memory.state.open.has(toDecisionId(run.subject))) host.expire(run);
    if (memory.state.halt === undefined) memory.record([{ kind: "SigningHalted", reason }]);
  }

  async #take(moment: ChainMoment): Promise<void> {
    const { ceremonies, outbox, world, memory, reader, driver, views, transport } = this.#parts;
    const isNewFinal = this.#seen?.finalised.hash !== moment.finalised.hash;
    const isNewHead = this.#seen?.head.hash !== moment.head.hash;
    if (isNewHead) reader.onBlock();
    if (isNewFinal) await ceremonies.refresh(moment.finalised.number);
    if (isNewHead) await outbox.tend({ head: moment.head.number, finalised: moment.finalised.number });
    if (isNewFinal || isNewHead) await world.advance(moment, memory.state, reader);
    const peers = ceremonies.peers(transport.self).map(({ publicKey }) => publicKey);
    await views.compare(moment.finalised, new Set(peers));
    if (isNewFinal) this.#tell(peers, moment);
    this.#seen = moment;
    if (isNewHead || isNewFinal) driver.onBlock();
    this.#setPeers();
    this.#expireOld();
    if (!isNewHead) return;
    this.#parts.host.resend(RESEND_IDLE_MS);
    this.#exchange(this.#parts.courier.step());
  }

  /** Tells peers which final block is acted upon here. */
  #tell(peers: readonly PeerId[], { finalised: { number, hash } }: ChainMoment): void {
    const frame = encodeFrame({ kind: "chainView", number, hash });
    for (const peer of peers) this.#parts.transport.send(peer, frame);
  }

  /**
   * Not while the journal may be ahead of the facts that are known: that is while the chain is being read, and after a
   * provider failed in the middle of it. A decision would be judged at a block in which it does not exist.
   */
  #act(): void {
    if (this.#seen === undefined || this.#isReading) return;
    if ((this.#parts.memory.processed?.number ?? 0n) > this.#seen.finalised.number) return;
    this.#parts.ceremonies.step();
    this.#parts.driver.drive();
  }

  #setPeers(): void {
    const { ceremonies, transport, routes } = this.#parts;
    const peers = routed(ceremonies.peers(transport.self), routes);
    const key = JSON.stringify(peers);
    if (key === this.#peers) return;
    this.#peers = key;
    transport.setPeers(peers);
  }

  /** Attempts whose time on the block clock is over, or whose decision has ended, are expired. */
  #expireOld(): void {
    const { memory, host } = this.#parts;
    for (const run of host.runs()) {
      const decisionId = toDecisionId(run.subject);
      const isEnded = memory.state.closed.has(decisionId) || memory.state.open.get(decisionId)?.ending !== undefined;
      const isOver = run.ageMs >= LEAST_ATTEMPT_MS && run.attempt < (this.#attemptNow(run.subject) ?? 0);
      if (isEnded || isOver) host.expire(run);
    }
    host.forget((slot) => this.#isPast(slot));
  }

  /** Whether no attempt of this number can begin here any more. The one before the present may be about to. */
  #isPast(slot: Slot): boolean {
    const { phase, subject, attempt } = slot;
    if (phase === "keygen" || phase === "reshare") return false;
    if (phase === "pool") return this.#parts.ceremonies.isPastBatch(slot);
    return this.#parts.memory.state.closed.has(toDecisionId(subject)) || attempt + 1 < (this.#attemptNow(subject) ?? 0);
  }
}
