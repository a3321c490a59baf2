import type { FrameDrop, PeerChange, PeerId, Unsubscribe } from "@synod/core";
import type { DropReason, NetworkEvent } from "./network-event.ts";
import { Subscribers } from "./subscribers.ts";

/** What a transport tells its subscribers: the same for every kind of transport. */
export class Reports {
  readonly #events = new Subscribers<[NetworkEvent]>(() => undefined);
  readonly #frames: Subscribers<[PeerId, Uint8Array]>;
  readonly #changes: Subscribers<[PeerChange]>;
  readonly #drops: Subscribers<[FrameDrop]>;

  constructor() {
    const onFailure = (error: unknown) => this.event({ kind: "handlerFailed", error });
    this.#frames = new Subscribers(onFailure);
    this.#changes = new Subscribers(onFailure);
    this.#drops = new Subscribers(onFailure);
  }

  /** Subscribes to received frames. */
  onFrame(handler: (from: PeerId, frame: Uint8Array) => void): Unsubscribe {
    return this.#frames.add(handler);
  }

  /** Subscribes to peers that come and go. */
  onPeerChange(handler: (change: PeerChange) => void): Unsubscribe {
    return this.#changes.add(handler);
  }

  /** Subscribes to frames that were not sent. */
  onDrop(handler: (drop: FrameDrop) => void): Unsubscribe {
    return this.#drops.add(handler);
  }

  /** Subscribes to everything, for logs and metrics. */
  onEvent(handler: (event: NetworkEvent) => void): Unsubscribe {
    return this.#events.add(handler);
  }

  /** Tells of something only logs and metrics hear of. */
  event(event: NetworkEvent): void {
    this.#events.tell(event);
  }

  /** Hands a received frame to its readers. */
  frame(from: PeerId, frame: Uint8Array): void {
    this.#frames.tell(from, frame);
  }

  /** Tells that a peer came or went. */
  peerChange(peer: PeerId, connected: boolean): void {
    this.event({ kind: connected ? "peerConnected" : "peerDisconnected", peer });
    this.#changes.tell({ peer, connected });
  }

  /** Tells that a frame was not sent. */
  drop(to: PeerId, bytes: number, reason: DropReason): void {
    this.event({ kind: "frameDropped", to, bytes, reason });
    this.#drops.tell({ to, bytes });
  }
}
