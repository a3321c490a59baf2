import { connect } from "node:net";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import type { PeerAddress } from "@synod/core";
import type { Libp2p } from "libp2p";
import { createLibp2p } from "libp2p";
import { onTestFinished } from "vitest";
import { libp2pIdOf, libp2pKeyOf } from "../../src/libp2p/identity.ts";
import { identityAt } from "../identities.ts";

/** Somebody with an identity who speaks libp2p but keeps no rule of ours. Stopped when the test ends. */
export async function rawPeer(index: number, listen: readonly string[] = []): Promise<Libp2p> {
  const host = await createLibp2p({
    privateKey: libp2pKeyOf(identityAt(index).secret),
    addresses: { listen: [...listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  });
  onTestFinished(() => host.stop());
  return host;
}

/** Dials a committer by its address. */
export async function dialRaw(host: Libp2p, { publicKey, endpoint }: PeerAddress) {
  return await host.dial(multiaddr(`${endpoint}/p2p/${libp2pIdOf(publicKey).toString()}`));
}

/** Writes bytes to a committer's port, without any handshake, and waits until the connection has ended. */
export async function sendGarbage({ endpoint }: PeerAddress, bytes: Uint8Array): Promise<void> {
  const port = Number(endpoint.split("/").at(-1));
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("close", () => resolve());
  // A reset is one of the answers garbage may get; the end of the connection is what is waited for.
  socket.on("error", () => socket.destroy());
  socket.on("connect", () => socket.end(bytes));
  socket.resume();
  await promise;
}

/** Greets a committer's port as libp2p does, and tells whether it was answered before the connection ended. */
export async function isAnswered({ endpoint }: PeerAddress): Promise<boolean> {
  const port = Number(endpoint.split("/").at(-1));
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("data", () => resolve(true));
  socket.on("close", () => resolve(false));
  socket.on("error", () => socket.destroy());
  socket.write("\x13/multistream/1.0.0\n");
  const answered = await promise;
  socket.destroy();
  return answered;
}
