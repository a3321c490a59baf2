import { collect } from "@synod/testing";
import { expect, it } from "vitest";
import type { Libp2pTransport, MemoryTransport, NetworkEvent } from "../src/index.ts";
import { MemoryHub } from "../src/index.ts";
import { identityAt } from "./identities.ts";
import { openTransport } from "./libp2p/harness.ts";

const BOUNDS = { maxQueueFrames: 1 };
const PEER = { publicKey: identityAt(2).publicKey, endpoint: "/ip4/127.0.0.1/tcp/1" };
const OTHER = identityAt(3).publicKey;

const KINDS: readonly (readonly [string, () => Promise<MemoryTransport | Libp2pTransport>])[] = [
  ["memory", async () => new MemoryHub({ delivery: "manual" }).transport(identityAt(1).publicKey, BOUNDS)],
  ["libp2p", async () => (await openTransport(1, { bounds: BOUNDS })).transport],
];

it.each(KINDS)("%s says why a frame was dropped", async (_, open) => {
  const transport = await open();
  const events = collect<NetworkEvent>((handler) => transport.onEvent(handler));
  transport.setPeers([PEER]);
  const frame = new Uint8Array(3);
  transport.send(PEER.publicKey, frame);
  transport.send(PEER.publicKey, frame);
  transport.send(OTHER, frame);
  await transport.close();
  transport.send(PEER.publicKey, frame);
  expect(events.items).toEqual([
    { kind: "frameDropped", to: PEER.publicKey, bytes: 3, reason: "queueFull" },
    { kind: "frameDropped", to: OTHER, bytes: 3, reason: "unknownPeer" },
    { kind: "frameDropped", to: PEER.publicKey, bytes: 3, reason: "closed" },
  ]);
});
