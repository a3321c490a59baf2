import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { PeerAddress } from "@synod/core";
import type { TransportHarness } from "@synod/testing";
import { onTestFinished } from "vitest";
import type { Libp2pTransportOptions } from "../../src/index.ts";
import { Libp2pTransport } from "../../src/index.ts";
import { identityAt } from "../identities.ts";

/** Waits between attempts that a test can live with. */
export const QUICK_BACKOFF = { firstMs: 10, maxMs: 100 };

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A transport that is not started, and the address it will have. It is closed when the test ends. */
export async function openTransport(
  index: number,
  options: Partial<Libp2pTransportOptions> = {},
): Promise<{ transport: Libp2pTransport; address: PeerAddress }> {
  const { secret, publicKey } = identityAt(index);
  const endpoint = options.listen ?? `/ip4/127.0.0.1/tcp/${await freePort()}`;
  const transport = await Libp2pTransport.create({ secret, listen: endpoint, backoff: QUICK_BACKOFF, ...options });
  onTestFinished(() => transport.close());
  return { transport, address: { publicKey, endpoint } };
}

/** Real transports on this machine. */
export function libp2pHarness(): TransportHarness {
  let count = 0;
  return {
    open: (bounds) => {
      count += 1;
      return openTransport(count, { bounds });
    },
  };
}
