import type { FrameDrop, PeerAddress, PeerChange, PeerId, Transport } from "@synod/core";
import type { Chance } from "../chance.ts";
import type { VirtualTime } from "../time.ts";

/** How the network treats what is sent. It may be changed at any time. */
export type NetworkTerms = {
  /** Least and greatest delay of a frame, in milliseconds. Frames overtake each other when they differ. */
  delayMs: readonly [number, number];
  /** Probability that a frame is lost. */
  loss: number;
  /** Probability that a frame comes twice. */
  duplication: number;
};

/** A frame on its way. */
export type SentFrame = { readonly from: PeerId; readonly to: PeerId; readonly frame: Uint8Array };

/** What others want to know of the network. */
export type NetworkWitness = {
  onSend(sent: SentFrame): void;
  onPeerChange(of: PeerId, change: PeerChange): void;
};

/** What a transport does while its owner lives: a crash ends it without a word. */
type Guard = { readonly isAlive: () => boolean };

/** A network in one process that delays, loses, doubles and reorders frames and can be cut in parts. */
export class VirtualNetwork {
  readonly terms: NetworkTerms;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #witness: NetworkWitness;
  readonly #ends = new Map<PeerId, VirtualTransport>();
  readonly #cut = new Set<string>();

  constructor(time: VirtualTime, chance: Chance, terms: NetworkTerms, witness: NetworkWitness) {
    this.#time = time;
    this.#chance = chance;
    this.terms = terms;
    this.#witness = witness;
  }

  /** A new end for an identity; the one before it is gone. */
  attach(self: PeerId, guard: Guard): VirtualTransport {
    this.detach(self);
    const end = new VirtualTransport(self, guard, this);
    this.#ends.set(self, end);
    return end;
  }

  /** An identity's process has ended. */
  detach(self: PeerId): void {
    this.#ends.get(self)?.cutOff();
    this.#ends.delete(self);
    for (const peer of this.#ends.keys()) this.refresh(self, peer);
  }

  /** Cuts the line between two identities until {@link heal}. */
  cut(one: PeerId, other: PeerId): void {
    this.#cut.add(pairOf(one, other));
    this.refresh(one, other);
  }

  /** Mends every line. */
  heal(): void {
    this.#cut.clear();
    for (const one of this.#ends.keys()) for (const other of this.#ends.keys()) this.refresh(one, other);
  }

  /** Whether frames pass between two identities now. */
  isOpen(one: PeerId, other: PeerId): boolean {
    const [first, second] = [this.#ends.get(one), this.#ends.get(other)];
    return !this.#cut.has(pairOf(one, other)) && first?.wants(other) === true && second?.wants(one) === true;
  }

  /** Lets both ends know soon how it stands between them. */
  refresh(one: PeerId, other: PeerId): void {
    if (one === other) return;
    for (const [self, peer] of [
      [one, other],
      [other, one],
    ] as const)
      this.#time.after(this.#delay(), () => this.#tell(self, peer));
  }

  /** Carries a frame, or loses it. */
  carry(sent: SentFrame): void {
    this.#witness.onSend(sent);
    const copies = this.#chance.hits(this.terms.duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (this.#chance.hits(this.terms.loss)) continue;
      this.#time.after(this.#delay(), () => this.#arrive(sent));
    }
  }

  #arrive({ from, to, frame }: SentFrame): void {
    if (this.isOpen(from, to)) this.#ends.get(to)?.receive(from, Uint8Array.from(frame));
  }

  #tell(self: PeerId, peer: PeerId): void {
    const connected = this.isOpen(self, peer);
    if (this.#ends.get(self)?.setConnected(peer, connected) === true)
      this.#witness.onPeerChange(self, { peer, connected });
  }

  #delay(): number {
    const [least, greatest] = this.terms.delayMs;
    return this.#chance.between(least, greatest);
  }
}

function pairOf(one: PeerId, other: PeerId): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** One committer's end of the network. */
export class VirtualTransport implements Transport {
  readonly self: PeerId;
  readonly #guard: Guard;
  readonly #network: VirtualNetwork;
  readonly #frames = new Set<(from: PeerId, frame: Uint8Array) => void>();
  readonly #changes = new Set<(change: PeerChange) => void>();
  readonly #drops = new Set<(drop: FrameDrop) => void>();
  readonly #connected = new Set<PeerId>();
  #peers: ReadonlySet<PeerId> = new Set();
  #isStarted = false;

  constructor(self: PeerId, guard: Guard, network: VirtualNetwork) {
    this.self = self;
    this.#guard = guard;
    this.#network = network;
  }

  async start(): Promise<void> {
    this.#isStarted = true;
    for (const peer of this.#peers) this.#network.refresh(this.self, peer);
  }

  setPeers(peers: readonly PeerAddress[]): void {
    const before = this.#peers;
    this.#peers = new Set(peers.map(({ publicKey }) => publicKey));
    for (const peer of new Set([...before, ...this.#peers])) this.#network.refresh(this.self, peer);
  }

  send(to: PeerId, frame: Uint8Array): void {
    if (!this.#guard.isAlive()) return;
    if (this.#connected.has(to)) this.#network.carry({ from: this.self, to, frame: Uint8Array.from(frame) });
    else for (const handler of this.#drops) handler({ to, bytes: frame.length });
  }

  onFrame(handler: (from: PeerId, frame: Uint8Array) => void) {
    this.#frames.add(handler);
    return () => void this.#frames.delete(handler);
  }

  onPeerChange(handler: (change: PeerChange) => void) {
    this.#changes.add(handler);
    return () => void this.#changes.delete(handler);
  }

  onDrop(handler: (drop: FrameDrop) => void) {
    this.#drops.add(handler);
    return () => void this.#drops.delete(handler);
  }

  connected(): ReadonlySet<PeerId> {
    return new Set(this.#connected);
  }

  async close(): Promise<void> {
    this.cutOff();
  }

  /** For the network: whether a connection to the peer should stand. */
  wants(peer: PeerId): boolean {
    return this.#isStarted && this.#peers.has(peer);
  }

  /** For the network: nothing comes or goes any more. */
  cutOff(): void {
    this.#isStarted = false;
    this.#connected.clear();
    this.#frames.clear();
    this.#changes.clear();
  }

  /** For the network: the connection stands or does not; `true` when that is new. */
  setConnected(peer: PeerId, connected: boolean): boolean {
    if (this.#connected.has(peer) === connected) return false;
    if (connected) this.#connected.add(peer);
    else this.#connected.delete(peer);
    for (const handler of this.#changes) handler({ peer, connected });
    return true;
  }

  /** For the network: a frame arrives. */
  receive(from: PeerId, frame: Uint8Array): void {
    for (const handler of this.#frames) handler(from, frame);
  }
}
