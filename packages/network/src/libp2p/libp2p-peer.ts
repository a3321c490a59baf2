import type { PeerId as Libp2pPeerId, Stream } from "@libp2p/interface";
import type { PeerId } from "@synod/core";
import type { Reports } from "../reports.ts";
import { SendQueue } from "../send-queue.ts";
import { TokenBucket } from "../token-bucket.ts";
import { libp2pIdOf } from "./identity.ts";
import type { PeerShare } from "./inbound-link.ts";
import { InboundLink } from "./inbound-link.ts";
import { OutboundLink } from "./outbound-link.ts";
import type { TransportSettings } from "./settings.ts";

/** Opening a stream, handshake included, may take this long. */
const OPEN_TIMEOUT_MS = 10_000;

/** What a peer needs of its transport. */
export interface Libp2pPeerOptions {
  readonly settings: TransportSettings;
  readonly reports: Reports;
  readonly open: (peer: Libp2pPeer, signal: AbortSignal) => Promise<Stream>;
}

/** One peer of a transport: a bounded queue and a way out, a share of this side's attention and at most one way in. */
export class Libp2pPeer {
  readonly peer: PeerId;
  readonly id: Libp2pPeerId;
  /** Multiaddr without the peer id; changes when the peer moves. */
  endpoint: string;
  readonly queue: SendQueue;
  readonly outbound: OutboundLink;
  readonly #options: Libp2pPeerOptions;
  readonly #share: PeerShare;
  #inbound: InboundLink | undefined;

  /** Errors: `PEER_KEY_INVALID`. */
  constructor(peer: PeerId, endpoint: string, options: Libp2pPeerOptions) {
    const { bounds, clock } = options.settings;
    this.peer = peer;
    this.id = libp2pIdOf(peer);
    this.endpoint = endpoint;
    this.queue = new SendQueue(bounds);
    this.outbound = this.#makeOutbound(options);
    this.#options = options;
    this.#share = {
      bytes: new TokenBucket({ perSecond: bounds.bytesPerSecond, burst: bounds.burstBytes }, clock),
      frames: new TokenBucket({ perSecond: bounds.framesPerSecond, burst: bounds.burstFrames }, clock),
    };
  }

  /**
   * Reads a stream the peer opened. A peer writes to one stream at a time, so an earlier one is a remainder of a lost
   * connection: it is ended, and its frames cannot come after those of the new one. `cutConnection` is called when the
   * peer sends what cannot be a frame.
   */
  accept(stream: Stream, cutConnection: () => void): void {
    const { settings, reports } = this.#options;
    const { peer } = this;
    this.#inbound?.end();
    this.#inbound = new InboundLink({
      stream,
      maxFrameBytes: settings.bounds.maxFrameBytes,
      share: this.#share,
      timers: settings.timers,
      onFrame: (frame) => reports.frame(peer, frame),
      onSlowed: (forMs) => reports.event({ kind: "peerSlowed", peer, forMs }),
      onRejected: (reason, bytes) => {
        reports.event({ kind: "frameRejected", from: peer, bytes, reason });
        cutConnection();
      },
    });
  }

  /** Ends both ways at once, for good. */
  cut(): void {
    this.#inbound?.end();
    this.outbound.cut();
  }

  /** Hears no more, lets what was sent leave, and ends the way out. */
  async close(signal: AbortSignal): Promise<void> {
    this.#inbound?.mute();
    await this.outbound.close(signal);
  }

  #makeOutbound({ settings, reports, open }: Libp2pPeerOptions): OutboundLink {
    const { peer } = this;
    return new OutboundLink({
      ...settings,
      queue: this.queue,
      open: (signal) => open(this, signal),
      openTimeoutMs: OPEN_TIMEOUT_MS,
      onChange: (isConnected) => reports.peerChange(peer, isConnected),
      onFailure: (retryMs, error) => {
        const reason = error instanceof Error ? error.message : String(error);
        reports.event({ kind: "dialFailed", peer, retryMs, reason });
      },
    });
  }
}
