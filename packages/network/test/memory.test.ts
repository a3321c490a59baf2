import type { PeerChange } from "@synod/core";
import { collect, collectFrames, thrownCode } from "@synod/testing";
import { describe, expect, it } from "vitest";
import type { MemoryTransport, NetworkEvent } from "../src/index.ts";
import { MemoryHub } from "../src/index.ts";
import { identityAt } from "./identities.ts";

const ADA = identityAt(1).publicKey;
const BEN = identityAt(2).publicKey;
const CLEO = identityAt(3).publicKey;
const ADDRESSES = [ADA, BEN, CLEO].map((publicKey) => ({ publicKey, endpoint: "/ip4/127.0.0.1/tcp/1" }));

async function startAll(hub: MemoryHub): Promise<[MemoryTransport, MemoryTransport, MemoryTransport]> {
  const transports = [hub.transport(ADA), hub.transport(BEN), hub.transport(CLEO)] as const;
  for (const transport of transports) {
    transport.setPeers(ADDRESSES);
    await transport.start();
  }
  return [...transports];
}

describe("memory hub with manual delivery", () => {
  it("moves nothing by itself and lets the test choose the link", async () => {
    const hub = new MemoryHub({ delivery: "manual" });
    const [ada, ben, cleo] = await startAll(hub);
    const received = collectFrames(cleo);
    ada.send(CLEO, new Uint8Array([1]));
    ada.send(CLEO, new Uint8Array([2]));
    ben.send(CLEO, new Uint8Array([3]));
    expect(received.items).toEqual([]);
    const waiting = [
      { from: ADA, to: CLEO, frames: 2 },
      { from: BEN, to: CLEO, frames: 1 },
    ].sort((a, b) => (a.from < b.from ? -1 : 1));
    expect(hub.waiting()).toEqual(waiting);
    expect([hub.deliver(BEN, CLEO), hub.deliver(BEN, CLEO), hub.deliver(ADA, CLEO)]).toEqual([true, false, true]);
    expect(received.items.map(({ frame }) => frame[0])).toEqual([3, 1]);
    expect(hub.waiting()).toEqual([{ from: ADA, to: CLEO, frames: 1 }]);
  });

  it("holds frames back while two are apart", async () => {
    const hub = new MemoryHub({ delivery: "manual" });
    const [ada, ben] = await startAll(hub);
    const changes = collect<PeerChange>((handler) => ada.onPeerChange(handler));
    hub.partition(ADA, BEN);
    ada.send(BEN, new Uint8Array([1]));
    expect(hub.deliver(ADA, BEN)).toBe(false);
    expect(hub.waiting()).toEqual([]);
    expect(ben.connected()).toEqual(new Set([CLEO]));
    hub.heal(BEN, ADA);
    expect(hub.deliver(ADA, BEN)).toBe(true);
    expect(changes.items).toEqual([
      { peer: BEN, connected: false },
      { peer: BEN, connected: true },
    ]);
  });

  it("lets an identity come back after it was closed, and only then", async () => {
    const hub = new MemoryHub({ delivery: "manual" });
    const [ada] = await startAll(hub);
    expect(thrownCode(() => hub.transport(ADA))).toBe("IDENTITY_TAKEN");
    await ada.close();
    const again = hub.transport(ADA);
    again.setPeers(ADDRESSES);
    await again.start();
    expect(again.connected()).toEqual(new Set([BEN, CLEO]));
    await expect(again.start()).rejects.toMatchObject({ failure: { code: "START_REFUSED", state: "started" } });
    await expect(ada.start()).rejects.toMatchObject({ failure: { code: "START_REFUSED", state: "closed" } });
  });

  it("goes on when a reader throws, and reports it", async () => {
    const hub = new MemoryHub({ delivery: "manual" });
    const [ada, ben] = await startAll(hub);
    const events = collect<NetworkEvent>((handler) => ben.onEvent(handler));
    const failure = new RangeError("reader");
    ben.onFrame(() => {
      throw failure;
    });
    const received = collectFrames(ben);
    ada.send(BEN, new Uint8Array([1]));
    hub.deliver(ADA, BEN);
    expect(received.items).toHaveLength(1);
    expect(events.items).toEqual([{ kind: "handlerFailed", error: failure }]);
  });
});
