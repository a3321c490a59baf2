import type { PeerId, Transport } from "@synod/core";
import { EarlyFrames } from "./early-frames.ts";
import { equalBytes } from "./equal-bytes.ts";
import { encodeFrame, type PeerFrame, PHASES, type Slot, slotKey } from "./frame.ts";
import {
  type KeepOrder,
  type Kept,
  type KeygenOrder,
  type PooledSet,
  type PresignOrder,
  type ProveOrder,
  type ReshareOrder,
  type RunId,
  type RunOutcome,
  runKey,
  type SessionPort,
  type SessionReport,
  type SignOrder,
  type TendOrder,
} from "./messages.ts";

type SessionFrame = Extract<PeerFrame, { kind: "session" }>;

/** Why a frame was dropped. None of these costs the sender anything. */
export type DropReason = "unknownSession" | "notInSession" | "otherSigners" | "tooManyEarlyFrames" | "undecodable";

/** What the host needs from the daemon. */
export type SessionHostOptions = {
  readonly port: SessionPort;
  readonly transport: Pick<Transport, "self" | "send">;
  /** Whether a session about this subject may begin here soon; frames for any other cost nothing. */
  readonly isExpected: (subject: SessionFrame["slot"]["subject"], from: PeerId) => boolean;
  readonly onDrop: (reason: DropReason) => void;
  readonly onIgnored: (reason: string) => void;
  /** Milliseconds since some moment of the past. */
  readonly nowMs: () => number;
};

/** A run under way. */
export type RunState = RunId & {
  readonly ageMs: number;
  /** Party numbers of the other members of the run. */
  readonly peers: ReadonlyMap<PeerId, number>;
  /** Every peer of it has been heard, so all have chosen the same attempt and signers. */
  readonly isComplete: boolean;
};

/** What can be run with others. */
export type RunOrder = KeygenOrder | ReshareOrder | ProveOrder | PresignOrder | SignOrder;

type Run = {
  readonly run: RunId;
  readonly startedAtMs: number;
  /** Peers of which a frame has reached the session. */
  readonly heard: Set<PeerId>;
  readonly peers: ReadonlyMap<PeerId, number>;
  readonly opened: Map<string, Uint8Array>;
  readonly end: (outcome: RunOutcome) => void;
  /** Every frame sent so far: the transport may lose some, and a frame sent twice changes nothing. */
  readonly sent: { readonly to: PeerId; readonly frame: Uint8Array }[];
  /** When a frame last came or went. */
  movedAtMs: number;
};

/**
 * The daemon's side of the sessions: starts runs, routes frames between peers and the thread that holds the key
 * shares, keeps what comes early. It sees no secret.
 */
export class SessionHost {
  readonly #options: SessionHostOptions;
  readonly #early = new EarlyFrames();
  readonly #runs = new Map<string, Run>();
  readonly #pooled = new Map<string, readonly PooledSet[]>();
  readonly #keeping = new Map<string, (kept: Kept) => void>();

  constructor(options: SessionHostOptions) {
    this.#options = options;
    options.port.onReport((report) => this.#onReport(report));
  }

  /** Runs that have begun and not ended. */
  runs(): readonly RunState[] {
    const nowMs = this.#options.nowMs();
    return [...this.#runs.values()].map(({ run, startedAtMs, heard, peers }) => ({
      ...run,
      ageMs: nowMs - startedAtMs,
      peers,
      isComplete: heard.size === peers.size,
    }));
  }

  /**
   * Starts a run and resolves when it has ended, whichever way.
   * @param peers party number of every peer in the run, self not included
   */
  run(order: RunOrder, peers: ReadonlyMap<PeerId, number>): Promise<RunOutcome> {
    const { promise, resolve } = Promise.withResolvers<RunOutcome>();
    const nowMs = this.#options.nowMs();
    this.#runs.set(runKey(order.run), {
      run: order.run,
      startedAtMs: nowMs,
      movedAtMs: nowMs,
      sent: [],
      heard: new Set(),
      peers,
      opened: new Map(),
      end: resolve,
    });
    this.#options.port.post(order);
    return promise;
  }

  /** Does something with a stored share; the same for one share not twice at a time. */
  keep(order: KeepOrder): Promise<Kept> {
    const { promise, resolve } = Promise.withResolvers<Kept>();
    this.#keeping.set(`${order.kind}:${order.share.name}`, resolve);
    this.#options.port.post(order);
    return promise;
  }

  /** How many unused presignatures of these parties wait for a share. */
  pooled(share: string, signers: readonly number[]): number {
    return this.#pooled.get(share)?.find((set) => set.signers.join() === signers.join())?.count ?? 0;
  }

  /** How many unused presignatures wait for a share, of all signing sets. */
  allPooled(share: string): number {
    return this.#pooled.get(share)?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  }

  /** Lets the pools burn what must not be used any more. */
  tend(order: TendOrder): void {
    this.#options.port.post(order);
  }

  /** Ends a run whose time is over. It answers with an abort that names who was silent. */
  expire(run: RunId): void {
    if (this.#runs.has(runKey(run))) this.#options.port.post({ kind: "expire", run });
  }

  /**
   * Sends everything again in runs in which nothing has moved for `idleMs`: a frame may have been lost with a
   * connection, or have come before its recipient had heard of the decision.
   */
  resend(idleMs: number): void {
    const nowMs = this.#options.nowMs();
    for (const run of this.#runs.values()) {
      if (nowMs - run.movedAtMs < idleMs) continue;
      run.movedAtMs = nowMs;
      for (const { to, frame } of run.sent) this.#options.transport.send(to, frame);
    }
  }

  /** Sends a peer that has just connected what it may have missed. */
  resendTo(peer: PeerId): void {
    for (const { sent } of this.#runs.values())
      for (const { to, frame } of sent) if (to === peer) this.#options.transport.send(to, frame);
  }

  /** Takes a session frame from an authenticated peer. */
  deliver(from: PeerId, frame: SessionFrame): void {
    const run = this.#runs.get(runKey(frame.slot));
    const handle = run?.opened.get(slotKey(frame.slot));
    if (run !== undefined && handle !== undefined) this.#forward(run, handle, from, frame);
    else if (run !== undefined || this.#options.isExpected(frame.slot.subject, from)) this.#keep(from, frame);
    else this.#options.onDrop("unknownSession");
  }

  /** A frame that is none. */
  dropUndecodable(): void {
    this.#options.onDrop("undecodable");
  }

  /** Forgets early frames of runs that can no longer begin. */
  forget(isOver: (slot: Slot) => boolean): void {
    this.#early.drop(isOver);
  }

  #keep(from: PeerId, frame: SessionFrame): void {
    if (!this.#early.keep({ from, frame })) this.#options.onDrop("tooManyEarlyFrames");
  }

  #forward(run: Run, handle: Uint8Array, from: PeerId, frame: SessionFrame): void {
    const party = run.peers.get(from);
    if (party === undefined) this.#options.onDrop("notInSession");
    else if (!equalBytes(handle, frame.handle)) this.#options.onDrop("otherSigners");
    else {
      run.heard.add(from);
      run.movedAtMs = this.#options.nowMs();
      this.#options.port.post({ kind: "frame", slot: frame.slot, from: party, payload: frame.payload });
    }
  }

  #onReport(report: SessionReport): void {
    switch (report.kind) {
      case "opened":
        this.#onOpened(report.slot, report.handle);
        break;
      case "send":
        this.#onSend(report);
        break;
      case "ended":
        this.#onEnded(report.run, report.outcome);
        break;
      case "kept":
        this.#onKept(`${report.order}:${report.name}`, report);
        break;
      case "pooled":
        this.#pooled.set(report.share, report.sets);
        break;
      case "ignored":
        this.#options.onIgnored(report.reason);
        break;
      case "ready":
      case "unusable":
        break;
    }
  }

  #onKept(key: string, { failure, record, isRestored }: Kept): void {
    this.#keeping.get(key)?.({
      ...(failure !== undefined && { failure }),
      ...(record !== undefined && { record }),
      ...(isRestored === true && { isRestored }),
    });
    this.#keeping.delete(key);
  }

  #onOpened(slot: Slot, handle: Uint8Array): void {
    const run = this.#runs.get(runKey(slot));
    if (run === undefined) return;
    run.opened.set(slotKey(slot), handle);
    for (const { from, frame } of this.#early.take(slot)) this.#forward(run, handle, from, frame);
  }

  #onSend({ slot, to, handle, payload }: Extract<SessionReport, { kind: "send" }>): void {
    const run = this.#runs.get(runKey(slot));
    if (run === undefined) return;
    const frame = encodeFrame({ kind: "session", slot, handle, payload });
    run.movedAtMs = this.#options.nowMs();
    for (const [peer, party] of run.peers) {
      if (to !== "all" && to !== party) continue;
      run.sent.push({ to: peer, frame });
      this.#options.transport.send(peer, frame);
    }
  }

  #onEnded(run: RunId, outcome: RunOutcome): void {
    const ended = this.#runs.get(runKey(run));
    this.#runs.delete(runKey(run));
    for (const phase of PHASES) this.#early.take({ phase, ...run });
    ended?.end(outcome);
  }
}
