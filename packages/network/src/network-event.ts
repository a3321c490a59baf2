import type { PeerId } from "@synod/core";

/** Why a frame was not sent. */
export type DropReason = "unknownPeer" | "queueFull" | "closed";

/** Why a frame of a peer was not accepted; the peer's connection is cut for it, and the peer may connect again. */
export type RejectReason = "tooLarge" | "empty";

/** What a transport reports to logs and metrics. None of it is evidence against a peer. */
export type NetworkEvent =
  | { readonly kind: "peerConnected"; readonly peer: PeerId }
  | { readonly kind: "peerDisconnected"; readonly peer: PeerId }
  /** Somebody proved an identity that is not in the peer set. `peer` is its key, or its id when it is of another kind. */
  | { readonly kind: "peerRefused"; readonly peer: string }
  /** A peer could not be reached; it is tried again after `retryMs`. */
  | { readonly kind: "dialFailed"; readonly peer: PeerId; readonly retryMs: number; readonly reason: string }
  /** A registered key is none, or a registered address cannot be dialled: that peer can at most connect by itself. */
  | { readonly kind: "peerInvalid"; readonly peer: string; readonly endpoint: string; readonly why: string }
  | { readonly kind: "frameDropped"; readonly to: PeerId; readonly bytes: number; readonly reason: DropReason }
  /** `bytes` is what the frame's header announced. */
  | { readonly kind: "frameRejected"; readonly from: PeerId; readonly bytes: number; readonly reason: RejectReason }
  /** A peer sent faster than its share; nothing of it is read for a while, nothing is lost. */
  | { readonly kind: "peerSlowed"; readonly peer: PeerId; readonly forMs: number }
  /** Bug: a subscriber threw; the transport goes on. */
  | { readonly kind: "handlerFailed"; readonly error: unknown };
