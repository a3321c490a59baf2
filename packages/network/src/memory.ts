import type { FrameDrop, PeerAddress, PeerChange, PeerId, Transport, Unsubscribe } from "@synod/core";
import type { NetworkBounds } from "./bounds.ts";
import { DEFAULT_BOUNDS } from "./bounds.ts";
import { NetworkError } from "./network-error.ts";
import type { DropReason, NetworkEvent } from "./network-event.ts";
import { outgoingFrame } from "./outgoing-frame.ts";
import { Reports } from "./reports.ts";
import { SendQueue } from "./send-queue.ts";

/** Frames that wait from one transport to another. */
export interface WaitingLink {
  readonly from: PeerId;
  readonly to: PeerId;
  readonly frames: number;
}

/** Options of a hub. */
export interface MemoryHubOptions {
  /**
   * `automatic`: frames arrive by themselves, each link in a microtask of its own. `manual`: only when `deliver` is
   * called, so that a test or a simulation chooses the order across links; within a link it never changes.
   */
  readonly delivery: "automatic" | "manual";
  /** Limits of every transport of the hub; those of rates do not apply. */
  readonly bounds?: Partial<NetworkBounds>;
}

/** What the hub needs of its transports. */
interface Member {
  readonly self: PeerId;
  readonly transport: MemoryTransport;
}

/** A network inside one process: same port, same bounds, no sockets. */
export class MemoryHub {
  readonly #members = new Map<PeerId, Member>();
  readonly #cut = new Set<string>();
  readonly #bounds: NetworkBounds;
  readonly #delivery: MemoryHubOptions["delivery"];

  constructor(options: MemoryHubOptions) {
    this.#delivery = options.delivery;
    this.#bounds = { ...DEFAULT_BOUNDS, ...options.bounds };
  }

  /**
   * A new transport with this identity; an identity whose transport was closed may come back, as after a restart.
   * `bounds` go before the hub's. Errors: `IDENTITY_TAKEN`.
   */
  transport(self: PeerId, bounds: Partial<NetworkBounds> = {}): MemoryTransport {
    const known = this.#members.get(self);
    if (known !== undefined && !known.transport.isClosed)
      throw new NetworkError({ code: "IDENTITY_TAKEN", peer: self });
    const transport = new MemoryTransport(self, { ...this.#bounds, ...bounds }, (peer) => this.#refresh(self, peer));
    this.#members.set(self, { self, transport });
    return transport;
  }

  /** Cuts the line between two identities, both ways, until `heal`. Frames wait meanwhile, within bounds. */
  partition(one: PeerId, other: PeerId): void {
    this.#cut.add(pairKey(one, other));
    this.#refresh(one, other);
  }

  /** Mends what `partition` cut. */
  heal(one: PeerId, other: PeerId): void {
    this.#cut.delete(pairKey(one, other));
    this.#refresh(one, other);
  }

  /** Links of connected transports on which frames wait, ordered by sender and receiver: the choices of `deliver`. */
  waiting(): readonly WaitingLink[] {
    const links = [...this.#members.values()].flatMap(({ self, transport }) =>
      [...transport.connected()].map((to) => ({ from: self, to, frames: transport.waitingFor(to) })),
    );
    return links
      .filter(({ frames }) => frames > 0)
      .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
  }

  /** Delivers the oldest frame of one link; `false` when none waits there or the two are not connected. */
  deliver(from: PeerId, to: PeerId): boolean {
    const sender = this.#members.get(from)?.transport;
    const receiver = this.#members.get(to)?.transport;
    if (sender === undefined || receiver === undefined || !sender.connected().has(to)) return false;
    const frame = sender.takeFor(to);
    if (frame === undefined) return false;
    receiver.receive(from, frame);
    return true;
  }

  /** Brings the connection of two transports to what it should be, tells both, and moves what waits. */
  #refresh(one: PeerId, other: PeerId): void {
    const first = this.#members.get(one)?.transport;
    const second = this.#members.get(other)?.transport;
    const isConnected =
      first !== undefined &&
      second !== undefined &&
      !this.#cut.has(pairKey(one, other)) &&
      first.wants(other) &&
      second.wants(one);
    first?.setConnected(other, isConnected);
    second?.setConnected(one, isConnected);
    if (isConnected && this.#delivery === "automatic") {
      this.#pump(one, other);
      this.#pump(other, one);
    }
  }

  #pump(from: PeerId, to: PeerId): void {
    queueMicrotask(() => {
      if (this.deliver(from, to)) this.#pump(from, to);
    });
  }
}

function pairKey(one: PeerId, other: PeerId): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** One end of a `MemoryHub`. Made by the hub. */
export class MemoryTransport implements Transport {
  readonly self: PeerId;
  readonly #bounds: NetworkBounds;
  readonly #refresh: (peer: PeerId) => void;
  readonly #reports = new Reports();
  readonly #queues = new Map<PeerId, SendQueue>();
  readonly #connected = new Set<PeerId>();
  #state: "new" | "started" | "closed" = "new";

  constructor(self: PeerId, bounds: NetworkBounds, refresh: (peer: PeerId) => void) {
    this.self = self;
    this.#bounds = bounds;
    this.#refresh = refresh;
  }

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** See the port. Errors: `START_REFUSED`. */
  async start(): Promise<void> {
    if (this.#state !== "new") throw new NetworkError({ code: "START_REFUSED", state: this.#state });
    this.#state = "started";
    for (const peer of this.#queues.keys()) this.#refresh(peer);
  }

  /** See the port. Frames that wait for a peer that stays are kept. */
  setPeers(peers: readonly PeerAddress[]): void {
    const wanted = new Set(peers.map(({ publicKey }) => publicKey).filter((publicKey) => publicKey !== this.self));
    const before = [...this.#queues.keys()];
    for (const peer of before) if (!wanted.has(peer)) this.#queues.delete(peer);
    for (const peer of wanted) if (!this.#queues.has(peer)) this.#queues.set(peer, new SendQueue(this.#bounds));
    for (const peer of new Set([...before, ...wanted])) this.#refresh(peer);
  }

  /** See the port. Errors: `FRAME_EMPTY`, `FRAME_TOO_LARGE`. */
  send(to: PeerId, frame: Uint8Array): void {
    const copy = outgoingFrame(frame, this.#bounds.maxFrameBytes);
    const reason = this.#queue(to, copy);
    if (reason !== undefined) this.#reports.drop(to, copy.length, reason);
    else if (this.#connected.has(to)) this.#refresh(to);
  }

  /** See the port. */
  onFrame(handler: (from: PeerId, frame: Uint8Array) => void): Unsubscribe {
    return this.#reports.onFrame(handler);
  }

  /** See the port. */
  onPeerChange(handler: (change: PeerChange) => void): Unsubscribe {
    return this.#reports.onPeerChange(handler);
  }

  /** See the port. */
  onDrop(handler: (drop: FrameDrop) => void): Unsubscribe {
    return this.#reports.onDrop(handler);
  }

  /** Subscribes to everything, for logs and metrics. */
  onEvent(handler: (event: NetworkEvent) => void): Unsubscribe {
    return this.#reports.onEvent(handler);
  }

  /** See the port. */
  connected(): ReadonlySet<PeerId> {
    return new Set(this.#connected);
  }

  #queue(to: PeerId, frame: Uint8Array): DropReason | undefined {
    if (this.isClosed) return "closed";
    const queue = this.#queues.get(to);
    if (queue === undefined) return "unknownPeer";
    return queue.offer(frame) ? undefined : "queueFull";
  }

  /** See the port. What still waits is lost. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.#state = "closed";
    const peers = [...this.#queues.keys()];
    this.#queues.clear();
    for (const peer of peers) this.#refresh(peer);
  }

  /** For the hub: whether a connection to the peer should stand. */
  wants(peer: PeerId): boolean {
    return this.#state === "started" && this.#queues.has(peer);
  }

  /** For the hub: the connection stands, or does not. */
  setConnected(peer: PeerId, isConnected: boolean): void {
    if (this.#connected.has(peer) === isConnected) return;
    if (isConnected) this.#connected.add(peer);
    else this.#connected.delete(peer);
    this.#reports.peerChange(peer, isConnected);
  }

  /** For the hub: how many frames wait for the peer. */
  waitingFor(peer: PeerId): number {
    return this.#queues.get(peer)?.length ?? 0;
  }

  /** For the hub: the oldest frame that waits for the peer. */
  takeFor(peer: PeerId): Uint8Array | undefined {
    return this.#queues.get(peer)?.take();
  }

  /** For the hub: a frame arrives. */
  receive(from: PeerId, frame: Uint8Array): void {
    this.#reports.frame(from, frame);
  }
}
