import type { PeerChange } from "@synod/core";
import { collect, collectFrames } from "@synod/testing";
import { describe, expect, it } from "vitest";
import type { NetworkEvent } from "../../src/index.ts";
import { identityAt } from "../identities.ts";
import { openTransport } from "./harness.ts";
import { ManualTimers } from "./manual-timers.ts";

const mark = (byte: number) => new Uint8Array([byte]);

async function pair() {
  const [ada, ben] = await Promise.all([openTransport(1), openTransport(2)]);
  const peers = [ada.address, ben.address];
  for (const { transport } of [ada, ben]) transport.setPeers(peers);
  return { ada, ben, peers };
}

describe("reconnecting", () => {
  it("finds a peer again after it restarted, and delivers what was sent meanwhile", async () => {
    const { ada, ben, peers } = await pair();
    const changes = collect<PeerChange>((handler) => ada.transport.onPeerChange(handler));
    await Promise.all([ada.transport.start(), ben.transport.start()]);
    await changes.first(({ connected }) => connected);
    await ben.transport.close();
    await changes.first(({ connected }) => !connected);
    for (const byte of [1, 2, 3]) ada.transport.send(ben.transport.self, mark(byte));
    const again = await openTransport(2, { listen: ben.address.endpoint });
    const frames = collectFrames(again.transport);
    again.transport.setPeers(peers);
    await again.transport.start();
    expect((await frames.count(3)).map(({ frame }) => frame[0])).toEqual([1, 2, 3]);
    expect(changes.items.map(({ connected }) => connected)).toEqual([true, false, true]);
  });

  it("keeps order and loses nothing when both dial at once, again and again", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { ada, ben } = await pair();
      const toAda = collectFrames(ada.transport);
      const toBen = collectFrames(ben.transport);
      for (let byte = 0; byte < 20; byte += 1) {
        ada.transport.send(ben.transport.self, mark(byte));
        ben.transport.send(ada.transport.self, mark(byte));
      }
      await Promise.all([ada.transport.start(), ben.transport.start()]);
      const expected = Array.from({ length: 20 }, (_, index) => index);
      expect((await toAda.count(20)).map(({ frame }) => frame[0])).toEqual(expected);
      expect((await toBen.count(20)).map(({ frame }) => frame[0])).toEqual(expected);
      await Promise.all([ada.transport.close(), ben.transport.close()]);
    }
  });

  it("waits longer after each failure, by the timers it was given", async () => {
    const timers = new ManualTimers();
    const backoff = { firstMs: 100, maxMs: 400 };
    const rng = (length: number) => new Uint8Array(length);
    const { transport } = await openTransport(1, { timers, backoff, rng });
    const events = collect<NetworkEvent>((handler) => transport.onEvent(handler));
    transport.setPeers([{ publicKey: identityAt(2).publicKey, endpoint: "/ip4/127.0.0.1/tcp/1" }]);
    await transport.start();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await events.count(attempt);
      timers.runAll();
    }
    const waits = events.items.map((event) => (event.kind === "dialFailed" ? event.retryMs : undefined));
    expect(waits.slice(0, 5)).toEqual([100, 200, 400, 400, 400]);
  });

  it("does not wait for its timer when the peer comes by itself", async () => {
    const timers = new ManualTimers();
    const ada = await openTransport(1, { timers });
    const ben = await openTransport(2);
    const events = collect<NetworkEvent>((handler) => ada.transport.onEvent(handler));
    ada.transport.setPeers([ben.address]);
    await ada.transport.start();
    await events.first(({ kind }) => kind === "dialFailed");
    ben.transport.setPeers([ada.address]);
    await ben.transport.start();
    await events.first(({ kind }) => kind === "peerConnected");
    expect(ada.transport.connected()).toEqual(new Set([ben.transport.self]));
  });

  it("dials a peer that moved at its new address", async () => {
    const ada = await openTransport(1, { backoff: { firstMs: 600_000, maxMs: 600_000 } });
    const ben = await openTransport(2);
    const events = collect<NetworkEvent>((handler) => ada.transport.onEvent(handler));
    ben.transport.setPeers([{ ...ada.address, endpoint: "/ip4/127.0.0.1/tcp/1" }]);
    await ben.transport.start();
    ada.transport.setPeers([{ ...ben.address, endpoint: "/ip4/127.0.0.1/tcp/1" }]);
    ada.transport.send(ben.transport.self, mark(4));
    const frames = collectFrames(ben.transport);
    await ada.transport.start();
    await events.first(({ kind }) => kind === "dialFailed");
    ada.transport.setPeers([ben.address]);
    expect((await frames.count(1))[0]?.frame[0]).toBe(4);
  });

  it("reports a peer without a usable key or address, and serves the others", async () => {
    const ada = await openTransport(1);
    const ben = await openTransport(2);
    const events = collect<NetworkEvent>((handler) => ada.transport.onEvent(handler));
    const frames = collectFrames(ben.transport);
    const notOnCurve = `0x02${"ff".repeat(32)}` as const;
    const noAddress = { publicKey: identityAt(3).publicKey, endpoint: "somewhere" };
    ada.transport.setPeers([{ publicKey: notOnCurve, endpoint: "/ip4/127.0.0.1/tcp/1" }, noAddress, ben.address]);
    expect(events.items).toMatchObject([
      { kind: "peerInvalid", peer: notOnCurve },
      { kind: "peerInvalid", peer: noAddress.publicKey, endpoint: "somewhere" },
    ]);
    ben.transport.setPeers([ada.address]);
    await Promise.all([ada.transport.start(), ben.transport.start()]);
    ada.transport.send(ben.transport.self, mark(6));
    expect((await frames.count(1))[0]?.frame[0]).toBe(6);
  });
});

describe("starting and closing", () => {
  it("says which address could not be listened on", async () => {
    const first = await openTransport(1);
    await first.transport.start();
    const second = await openTransport(2, { listen: first.address.endpoint });
    await expect(second.transport.start()).rejects.toMatchObject({
      failure: { code: "LISTEN_FAILED", endpoint: first.address.endpoint },
    });
  });

  it("starts once", async () => {
    const { transport } = await openTransport(1);
    await transport.start();
    await expect(transport.start()).rejects.toMatchObject({ failure: { code: "START_REFUSED", state: "started" } });
    await transport.close();
    await expect(transport.start()).rejects.toMatchObject({ failure: { code: "START_REFUSED", state: "closed" } });
  });

  it("may be closed before it was started, and frees its port after", async () => {
    const { transport } = await openTransport(1);
    await transport.close();
    const started = await openTransport(1);
    await started.transport.start();
    await started.transport.close();
    const next = await openTransport(1, { listen: started.address.endpoint });
    await next.transport.start();
    expect(next.transport.listenAddresses()).toEqual([started.address.endpoint]);
  });

  it("goes when its peers have read what was sent, and not by a timer", async () => {
    const [ada, ben] = await Promise.all([openTransport(1, { timers: new ManualTimers() }), openTransport(2)]);
    for (const { transport } of [ada, ben]) transport.setPeers([ada.address, ben.address]);
    const changes = collect<PeerChange>((handler) => ada.transport.onPeerChange(handler));
    const frames = collectFrames(ben.transport);
    await Promise.all([ada.transport.start(), ben.transport.start()]);
    await changes.first(({ connected }) => connected);
    for (let byte = 0; byte < 50; byte += 1) ada.transport.send(ben.transport.self, new Uint8Array(2000).fill(byte));
    await ada.transport.close();
    expect(frames.items.map(({ frame }) => frame[0])).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });
});
