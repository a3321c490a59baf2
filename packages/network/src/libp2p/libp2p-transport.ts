import type { Connection, Stream } from "@libp2p/interface";
import type { FrameDrop, PeerAddress, PeerChange, PeerId, Transport, Unsubscribe } from "@synod/core";
import type { Libp2p } from "libp2p";
import { NetworkError } from "../network-error.ts";
import type { DropReason, NetworkEvent } from "../network-event.ts";
import { outgoingFrame } from "../outgoing-frame.ts";
import { Reports } from "../reports.ts";
import type { Timers } from "../timers.ts";
import { parseEndpoint } from "./endpoint.ts";
import { createHost, PROTOCOL } from "./host.ts";
import { libp2pKeyOf, peerOfKey, peerOfLibp2p } from "./identity.ts";
import { openStream } from "./open-stream.ts";
import { PeerBook } from "./peer-book.ts";
import { asError, PeerCutError } from "./peer-cut-error.ts";
import type { Libp2pTransportOptions, TransportSettings } from "./settings.ts";
import { settingsOf } from "./settings.ts";

/** What was handed to streams may take this long to leave when the transport closes. */
const FLUSH_TIMEOUT_MS = 1000;
/** Connections may take this long to end; one whose other end went at the same moment would take for ever. */
const GOODBYE_TIMEOUT_MS = 250;
/** A peer has one stream; a second may overlap with a first that is being lost. */
const MAX_STREAMS_PER_CONNECTION = 4;

interface Parts {
  readonly self: PeerId;
  readonly listen: string;
  readonly settings: TransportSettings;
  readonly reports: Reports;
  readonly book: PeerBook;
  readonly host: Libp2p;
}

/**
 * The transport between machines: libp2p over TCP, noise and yamux, with the committers' secp256k1 keys as identities.
 * Delivery is at most once and in order per peer; what was under way when a connection is lost is lost with it.
 */
export class Libp2pTransport implements Transport {
  readonly self: PeerId;
  readonly #parts: Parts;
  #state: "new" | "started" | "closed" = "new";
  #isListening = false;
  #starting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.self = parts.self;
    this.#parts = parts;
  }

  /** A transport that is not started: nothing listens yet. Errors: `IDENTITY_INVALID`, `ENDPOINT_INVALID`. */
  static async create(options: Libp2pTransportOptions): Promise<Libp2pTransport> {
    const privateKey = libp2pKeyOf(options.secret);
    const self = peerOfKey(privateKey);
    const listen = parseEndpoint(options.listen).toString();
    const settings = settingsOf(options);
    const reports = new Reports();
    const book = new PeerBook(self, {
      settings,
      reports,
      open: ({ id, endpoint }, signal) => openStream(host, id, endpoint, signal),
    });
    const host = await createHost({
      privateKey,
      listen,
      isPeer: (id) => book.of(id) !== undefined,
      onRefused: (id) => reports.event({ kind: "peerRefused", peer: peerOfLibp2p(id) ?? id.toString() }),
    });
    return new Libp2pTransport({ self, listen, settings, reports, book, host });
  }

  /** See the port. Errors: `LISTEN_FAILED`, `START_REFUSED`. */
  async start(): Promise<void> {
    if (this.#state !== "new") throw new NetworkError({ code: "START_REFUSED", state: this.#state });
    this.#state = "started";
    this.#starting = this.#startInOrder();
    await this.#starting;
  }

  async #startInOrder(): Promise<void> {
    const { host, book } = this.#parts;
    host.addEventListener("connection:open", ({ detail }) => this.#meet(detail));
    await host.handle(PROTOCOL, (stream, connection) => this.#accept(stream, connection), {
      maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
      maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
    });
    await this.#listen();
    for (const { outbound } of book.all()) outbound.wake();
  }

  /** See the port. A peer whose key or endpoint is not one is reported by `peerInvalid`; the others are set. */
  setPeers(peers: readonly PeerAddress[]): void {
    if (this.#state === "closed") return;
    const { book, host } = this.#parts;
    const { removed, toReach } = book.replace(peers);
    for (const peer of removed) {
      peer.cut();
      for (const connection of host.getConnections(peer.id)) connection.abort(new PeerCutError());
    }
    if (this.#isListening) for (const { outbound } of toReach) outbound.wake();
  }

  /** See the port. Errors: `FRAME_EMPTY`, `FRAME_TOO_LARGE`. */
  send(to: PeerId, frame: Uint8Array): void {
    const { reports, settings } = this.#parts;
    const copy = outgoingFrame(frame, settings.bounds.maxFrameBytes);
    const reason = this.#queue(to, copy);
    if (reason !== undefined) reports.drop(to, copy.length, reason);
  }

  /** See the port. */
  onFrame(handler: (from: PeerId, frame: Uint8Array) => void): Unsubscribe {
    return this.#parts.reports.onFrame(handler);
  }

  /** See the port. */
  onPeerChange(handler: (change: PeerChange) => void): Unsubscribe {
    return this.#parts.reports.onPeerChange(handler);
  }

  /** See the port. */
  onDrop(handler: (drop: FrameDrop) => void): Unsubscribe {
    return this.#parts.reports.onDrop(handler);
  }

  /** Subscribes to everything, for logs and metrics. */
  onEvent(handler: (event: NetworkEvent) => void): Unsubscribe {
    return this.#parts.reports.onEvent(handler);
  }

  /** See the port. */
  connected(): ReadonlySet<PeerId> {
    const open = this.#parts.book.all().filter(({ outbound }) => outbound.isOpen);
    return new Set(open.map(({ peer }) => peer));
  }

  /** Multiaddrs it listens on, without the peer id; empty before `start` and after `close`. */
  listenAddresses(): readonly string[] {
    const addresses = this.#parts.host.getMultiaddrs();
    return addresses.map((address) => address.decapsulate(`/p2p/${this.#parts.host.peerId.toString()}`).toString());
  }

  /** See the port. In order: no more is sent or heard, what is under way leaves, connections end, the port is free. */
  close(): Promise<void> {
    this.#closing ??= this.#closeInOrder();
    return this.#closing;
  }

  #queue(to: PeerId, frame: Uint8Array): DropReason | undefined {
    if (this.#state === "closed") return "closed";
    const peer = this.#parts.book.get(to);
    if (peer === undefined) return "unknownPeer";
    if (!peer.queue.offer(frame)) return "queueFull";
    peer.outbound.pump();
    return undefined;
  }

  async #closeInOrder(): Promise<void> {
    const { book, host, settings } = this.#parts;
    this.#state = "closed";
    // A start that fails has told its own caller; here only its end matters.
    await this.#starting?.catch(() => undefined);
    await within(settings.timers, FLUSH_TIMEOUT_MS, (signal) =>
      Promise.all(book.all().map((peer) => peer.close(signal))),
    );
    await within(settings.timers, GOODBYE_TIMEOUT_MS, (signal) =>
      Promise.all(host.getConnections().map((connection) => closeConnection(connection, signal))),
    );
    await host.stop();
  }

  async #listen(): Promise<void> {
    const { host, listen } = this.#parts;
    try {
      await host.start();
      this.#isListening = true;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new NetworkError({ code: "LISTEN_FAILED", endpoint: listen, reason }, { cause });
    }
  }

  /**
   * A connection stands. Its peer may have been removed while it shook hands. The way out is woken a moment later,
   * when the host counts the connection among its own: at this very moment it would dial a second one.
   */
  #meet(connection: Connection): void {
    const peer = this.#parts.book.of(connection.remotePeer);
    if (peer === undefined || this.#state === "closed") connection.abort(new PeerCutError());
    else queueMicrotask(() => peer.outbound.wake());
  }

  #accept(stream: Stream, connection: Connection): void {
    const peer = this.#parts.book.of(connection.remotePeer);
    if (peer === undefined || this.#state === "closed") stream.abort(new PeerCutError());
    else peer.accept(stream, () => connection.abort(new PeerCutError()));
  }
}

/** The host, when it stops, destroys connections that others opened: what was written last would be lost with them. */
async function closeConnection(connection: Connection, signal: AbortSignal): Promise<void> {
  try {
    await connection.close({ signal });
  } catch (error) {
    connection.abort(asError(error));
  }
}

/** Runs `work` with a signal that says stop after a while. */
async function within(timers: Timers, ms: number, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const abort = new AbortController();
  const cancel = timers.schedule(ms, () => abort.abort());
  try {
    await work(abort.signal);
  } finally {
    cancel();
  }
}
