import type { FrameDrop, PeerChange } from "@synod/core";
import { collect, collectFrames } from "@synod/testing";
import { expect, it } from "vitest";
import type { NetworkEvent } from "../../src/index.ts";
import { openTransport } from "./harness.ts";

const FRAME_BYTES = 1 << 16;
const FRAMES = 80;
/** Reads one frame and then, for the length of a test, no other. */
const RELUCTANT = { framesPerSecond: 0.001, burstFrames: 1 };

it("a peer that does not read fills its own queue and no other; the newest frames are dropped", async () => {
  const [ada, slow, ben] = await Promise.all([
    openTransport(1, { bounds: { maxQueueBytes: 16 * FRAME_BYTES } }),
    openTransport(2, { bounds: RELUCTANT }),
    openTransport(3),
  ]);
  const changes = collect<PeerChange>((handler) => ada.transport.onPeerChange(handler));
  const drops = collect<FrameDrop>((handler) => ada.transport.onDrop(handler));
  const events = collect<NetworkEvent>((handler) => slow.transport.onEvent(handler));
  const toSlow = collectFrames(slow.transport);
  const toBen = collectFrames(ben.transport);
  for (const { transport } of [ada, slow, ben]) transport.setPeers([ada, slow, ben].map(({ address }) => address));
  await Promise.all([ada, slow, ben].map(({ transport }) => transport.start()));
  await changes.count(2);
  for (let sent = 1; sent <= FRAMES; sent += 1) {
    ada.transport.send(slow.transport.self, new Uint8Array(FRAME_BYTES).fill(sent));
    // The answer of the other peer shows that the network has had its turn between two frames.
    ada.transport.send(ben.transport.self, new Uint8Array([sent]));
    await toBen.count(sent);
  }
  expect(events.items.map(({ kind }) => kind)).toContain("peerSlowed");
  expect(toSlow.items.map(({ frame }) => frame[0])).toEqual([1, 2]);
  expect(drops.items.length).toBeGreaterThan(FRAMES / 4);
  expect(new Set(drops.items.map(({ to }) => to))).toEqual(new Set([slow.transport.self]));
  expect(ada.transport.connected()).toEqual(new Set([slow.transport.self, ben.transport.self]));
});
