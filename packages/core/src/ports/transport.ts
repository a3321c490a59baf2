import type { Hex } from "viem";
import type { Later } from "./later.ts";

/** A peer's identity: its secp256k1 public key, compressed, 33 bytes as lower-case hex. */
export type PeerId = Hex;

/** Where and who a peer is, as the committee registry says. */
export interface PeerAddress {
  /** Compressed identity key, 33 bytes. */
  readonly publicKey: PeerId;
  /** Multiaddr, for example `/ip4/127.0.0.1/tcp/9001`. */
  readonly endpoint: string;
}

/** A frame that was not sent because the peer's queue was full. */
export interface FrameDrop {
  readonly to: PeerId;
  readonly bytes: number;
}

/** A peer came or went. */
export interface PeerChange {
  readonly peer: PeerId;
  readonly connected: boolean;
}

/** Ends a subscription; calling it twice does nothing. */
export type Unsubscribe = () => void;

/**
 * Authenticated, encrypted frames between committers. Only peers that were set are talked to; who sent a frame is what
 * the handshake proved, never what the frame says.
 */
export interface Transport {
  readonly self: PeerId;
  /** Listens and begins to dial the peers that were set. */
  start(): Later<void>;
  /** Replaces the set of peers; connections to peers that are no longer in it are cut. */
  setPeers(peers: readonly PeerAddress[]): void;
  /** Queues one frame. The queue per peer is bounded: a frame that does not fit is dropped and reported by `onDrop`. */
  send(to: PeerId, frame: Uint8Array): void;
  /** Frames of authenticated peers, in the order each peer sent them. */
  onFrame(handler: (from: PeerId, frame: Uint8Array) => void): Unsubscribe;
  onPeerChange(handler: (change: PeerChange) => void): Unsubscribe;
  onDrop(handler: (drop: FrameDrop) => void): Unsubscribe;
  /** Peers connected and authenticated now. */
  connected(): ReadonlySet<PeerId>;
  /** Cuts all connections and stops listening. Calling it twice is harmless. */
  close(): Later<void>;
}
