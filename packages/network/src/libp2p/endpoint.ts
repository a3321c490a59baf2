import type { PeerId as Libp2pPeerId } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { multiaddr } from "@multiformats/multiaddr";
import { NetworkError } from "../network-error.ts";

const HOSTS: ReadonlySet<string> = new Set(["ip4", "ip6", "dns", "dns4", "dns6"]);

/** Parses a TCP multiaddr without a peer id, as settings and the registry give it. Errors: `ENDPOINT_INVALID`. */
export function parseEndpoint(endpoint: string): Multiaddr {
  const address = parseMultiaddr(endpoint);
  const [host, port, ...rest] = address.getComponents();
  const isTcp = host !== undefined && HOSTS.has(host.name) && port?.name === "tcp" && rest.length === 0;
  if (!isTcp) throw new NetworkError({ code: "ENDPOINT_INVALID", endpoint, why: "is not a host and a TCP port" });
  return address;
}

function parseMultiaddr(endpoint: string): Multiaddr {
  try {
    return multiaddr(endpoint);
  } catch (cause) {
    throw new NetworkError({ code: "ENDPOINT_INVALID", endpoint, why: "is not a multiaddr" }, { cause });
  }
}

/** Where to dial a peer: its endpoint with its identity, so that nobody else who answers there is accepted. */
export function dialAddress(endpoint: string, id: Libp2pPeerId): Multiaddr {
  return parseEndpoint(endpoint).encapsulate(`/p2p/${id.toString()}`);
}
