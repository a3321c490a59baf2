import type { PeerAddress, PeerId } from "@synod/core";
import { compressedKey } from "./identity.ts";
import type { Settings } from "./settings.ts";

/** Endpoints by which members are reached from here instead of the registered ones. */
export type Routes = ReadonlyMap<PeerId, string>;

/** The routes of the settings. A key that is named twice goes by what is said of it last. */
export function routesOf({ routes }: Pick<Settings, "routes">): Routes {
  return new Map(
    routes.map(({ publicKey, endpoint }) => [
      compressedKey(`0x${publicKey.slice(4, 68)}`, `0x${publicKey.slice(68)}`),
      endpoint,
    ]),
  );
}

/** Peers with the endpoint at which each is reached from here. Who a peer is stays what the registry says. */
export function routed(peers: readonly PeerAddress[], routes: Routes): readonly PeerAddress[] {
  return peers.map((peer) => ({ ...peer, endpoint: routes.get(peer.publicKey) ?? peer.endpoint }));
}
