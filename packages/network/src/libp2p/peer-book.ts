import type { PeerId as Libp2pPeerId } from "@libp2p/interface";
import type { PeerAddress, PeerId } from "@synod/core";
import { NetworkError } from "../network-error.ts";
import { parseEndpoint } from "./endpoint.ts";
import { peerOfLibp2p } from "./identity.ts";
import type { Libp2pPeerOptions } from "./libp2p-peer.ts";
import { Libp2pPeer } from "./libp2p-peer.ts";

/** What changed in the peer set. */
export interface PeerSetChange {
  readonly removed: readonly Libp2pPeer[];
  /** New peers, and peers that moved. */
  readonly toReach: readonly Libp2pPeer[];
}

/** The peers of one transport. */
export class PeerBook {
  readonly #self: PeerId;
  readonly #options: Libp2pPeerOptions;
  readonly #peers = new Map<PeerId, Libp2pPeer>();

  constructor(self: PeerId, options: Libp2pPeerOptions) {
    this.#self = self;
    this.#options = options;
  }

  /** All peers. */
  all(): readonly Libp2pPeer[] {
    return [...this.#peers.values()];
  }

  /** The peer with this key. */
  get(peer: PeerId): Libp2pPeer | undefined {
    return this.#peers.get(peer);
  }

  /** The peer with the identity that a handshake proved. */
  of(id: Libp2pPeerId): Libp2pPeer | undefined {
    const peer = peerOfLibp2p(id);
    return peer === undefined ? undefined : this.#peers.get(peer);
  }

  /**
   * Replaces the set. Those who stay keep their queue and connections. An entry whose key is none is left out and one
   * whose endpoint is none can only connect by itself; both are reported: one member's mistake on chain must not keep
   * the others apart.
   */
  replace(addresses: readonly PeerAddress[]): PeerSetChange {
    const wanted = new Map(addresses.map(({ publicKey, endpoint }) => [publicKey, endpoint]));
    wanted.delete(this.#self);
    const removed = this.all().filter(({ peer }) => !wanted.has(peer));
    for (const { peer } of removed) this.#peers.delete(peer);
    const toReach = [...wanted].flatMap(([peer, endpoint]) => this.#set(peer, endpoint) ?? []);
    return { removed, toReach };
  }

  #set(peer: PeerId, endpoint: string): Libp2pPeer | undefined {
    const known = this.#peers.get(peer);
    if (known?.endpoint === endpoint) return undefined;
    try {
      const set = known ?? this.#add(peer, endpoint);
      set.endpoint = endpoint;
      parseEndpoint(endpoint);
      return set;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      this.#options.reports.event({ kind: "peerInvalid", peer, endpoint, why: error.message });
      return undefined;
    }
  }

  #add(peer: PeerId, endpoint: string): Libp2pPeer {
    const added = new Libp2pPeer(peer, endpoint, this.#options);
    this.#peers.set(peer, added);
    return added;
  }
}
