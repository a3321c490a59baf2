import type { ConnectionGater, PeerId as Libp2pPeerId, PrivateKey } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import type { Libp2p } from "libp2p";
import { createLibp2p } from "libp2p";

/** The one protocol committers speak. A change of the wire format is a new name. */
export const PROTOCOL = "/synod/1";

/** Bytes of one stream that may be under way before the reader has read them. */
const MAX_WINDOW_BYTES = 1 << 20;
const MAX_CONNECTIONS = 256;
/** Handshakes under way: all members may come at once. */
const MAX_PENDING_INBOUND = 64;
/**
 * Handshakes per second from one address. Each costs some 25 ms, whoever asks, so that strangers at one address can have
 * a fifth of a core; members that share one address come back within seconds.
 */
const INBOUND_PER_SECOND = 8;
const HANDSHAKE_TIMEOUT_MS = 5000;
/** Long enough that a process busy with mathematics is not taken for a dead one. */
const LIVENESS_MS = 15_000;

/** What a host is made of. */
export interface HostOptions {
  readonly privateKey: PrivateKey;
  /** Multiaddr to listen on. */
  readonly listen: string;
  /** Whether an identity is that of a peer. */
  readonly isPeer: (id: Libp2pPeerId) => boolean;
  /** Hears of an identity that was turned away. */
  readonly onRefused: (id: Libp2pPeerId) => void;
}

/**
 * Lets in peers alone; who it is, the handshake has proved by then. What goes out needs no gate: only peers are dialled,
 * by an address that names their identity.
 */
function gaterOf({ isPeer, onRefused }: HostOptions): ConnectionGater {
  return {
    denyInboundEncryptedConnection: (id) => {
      if (isPeer(id)) return false;
      onRefused(id);
      return true;
    },
  };
}

/**
 * A libp2p host that speaks TCP, noise and yamux, keeps no discovery and no other protocol, and is not started.
 * Both ends ping, so a line that went dead without a word is found.
 */
export function createHost(options: HostOptions): Promise<Libp2p> {
  return createLibp2p({
    start: false,
    privateKey: options.privateKey,
    addresses: { listen: [options.listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        maxInboundStreams: 8,
        maxOutboundStreams: 8,
        streamOptions: { maxStreamWindowSize: MAX_WINDOW_BYTES, maxReadBufferLength: 2 * MAX_WINDOW_BYTES },
      }),
    ],
    connectionGater: gaterOf(options),
    connectionManager: {
      maxConnections: MAX_CONNECTIONS,
      maxIncomingPendingConnections: MAX_PENDING_INBOUND,
      inboundConnectionThreshold: INBOUND_PER_SECOND,
      inboundUpgradeTimeout: HANDSHAKE_TIMEOUT_MS,
      inboundStreamProtocolNegotiationTimeout: HANDSHAKE_TIMEOUT_MS,
      reconnectRetries: 0,
    },
    connectionMonitor: { pingInterval: LIVENESS_MS, pingTimeout: { minTimeout: LIVENESS_MS } },
  });
}
