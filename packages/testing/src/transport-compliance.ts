import type { PeerId } from "@synod/core";
import { expect } from "vitest";
import { Collector } from "./collector.ts";
import type { ComplianceCase } from "./compliance-case.ts";
import { registerCompliance } from "./compliance-case.ts";
import type { TransportHarness } from "./transport-members.ts";
import { BOUNDS, numbered, numbersOf, startAll, upTo, withMembers } from "./transport-members.ts";

/** The promises of the transport port. */
export const transportCases: readonly ComplianceCase<TransportHarness>[] = [
  {
    name: "connects peers that know each other, and says so",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        expect(ada.transport.connected()).toEqual(new Set());
        await startAll(ada, ben);
        expect(ada.transport.self).toBe(ada.address.publicKey);
        expect(ada.transport.connected()).toEqual(new Set([ben.transport.self]));
        expect(ada.changes.items).toEqual([{ peer: ben.transport.self, connected: true }]);
      }),
  },
  {
    name: "delivers frames whole, in order, with the sender's identity, both ways at once",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        await startAll(ada, ben);
        for (const index of upTo(100)) {
          ada.transport.send(ben.transport.self, numbered(index));
          ben.transport.send(ada.transport.self, numbered(index, 400));
        }
        expect(numbersOf(await ben.frames.count(100))).toEqual(upTo(100));
        expect(numbersOf(await ada.frames.count(100))).toEqual(upTo(100));
        expect(new Set(ben.frames.items.map(({ from }) => from))).toEqual(new Set([ada.transport.self]));
        expect(new Set(ada.frames.items.map(({ frame }) => frame.length))).toEqual(new Set([400]));
      }),
  },
  {
    name: "delivers to the one peer that was named",
    run: (harness) =>
      withMembers(harness, ["ada", "ben", "cleo"], async ([ada, ben, cleo]) => {
        await startAll(ada, ben, cleo);
        ada.transport.send(cleo.transport.self, numbered(1));
        ada.transport.send(ben.transport.self, numbered(2));
        ben.transport.send(cleo.transport.self, numbered(3));
        expect(numbersOf(await ben.frames.count(1))).toEqual([2]);
        const received = await cleo.frames.count(2);
        expect(new Map(received.map(({ from }, index) => [from, numbersOf(received)[index]]))).toEqual(
          new Map([
            [ada.transport.self, 1],
            [ben.transport.self, 3],
          ]),
        );
      }),
  },
  {
    name: "sends the frame as it was when it was given, and hands out one the receiver owns",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        await startAll(ada, ben);
        const frame = numbered(7);
        ada.transport.send(ben.transport.self, frame);
        frame.fill(0);
        ada.transport.send(ben.transport.self, numbered(8));
        const [first] = await ben.frames.count(1);
        expect(numbersOf(ben.frames.items)[0]).toBe(7);
        first?.frame.fill(0xff);
        expect(numbersOf(await ben.frames.count(2))[1]).toBe(8);
      }),
  },
  {
    name: "keeps frames for a peer that is not there yet",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        await ada.transport.start();
        for (const index of upTo(5)) ada.transport.send(ben.transport.self, numbered(index));
        await ben.transport.start();
        expect(numbersOf(await ben.frames.count(5))).toEqual(upTo(5));
        expect(ada.drops.items).toEqual([]);
      }),
  },
  {
    name: "bounds the frames that wait: drops the newest, reports it, delivers the rest",
    run: (harness) =>
      withMembers(
        harness,
        ["ada", "ben"],
        async ([ada, ben]) => {
          await ada.transport.start();
          for (const index of upTo(6)) ada.transport.send(ben.transport.self, numbered(index, 10));
          const drop = { to: ben.transport.self, bytes: 10 };
          expect(ada.drops.items).toEqual([drop, drop]);
          await ben.transport.start();
          expect(numbersOf(await ben.frames.count(4))).toEqual(upTo(4));
        },
        { ...BOUNDS, maxQueueFrames: 4 },
      ),
  },
  {
    name: "bounds the bytes that wait",
    run: (harness) =>
      withMembers(
        harness,
        ["ada", "ben"],
        async ([ada, ben]) => {
          await ada.transport.start();
          for (const index of upTo(3)) ada.transport.send(ben.transport.self, numbered(index, 400));
          expect(ada.drops.items).toEqual([{ to: ben.transport.self, bytes: 400 }]);
          await ben.transport.start();
          expect(numbersOf(await ben.frames.count(2))).toEqual([0, 1]);
        },
        { ...BOUNDS, maxQueueBytes: 1000 },
      ),
  },
  {
    name: "carries a frame of the greatest size and refuses one byte more, and an empty one",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        await startAll(ada, ben);
        const greatest = numbered(1, BOUNDS.maxFrameBytes);
        greatest.fill(0x5a, 4);
        ada.transport.send(ben.transport.self, greatest);
        expect(() => ada.transport.send(ben.transport.self, new Uint8Array(BOUNDS.maxFrameBytes + 1))).toThrow();
        expect(() => ada.transport.send(ben.transport.self, new Uint8Array(0))).toThrow();
        const [received] = await ben.frames.count(1);
        expect(received?.frame).toStrictEqual(greatest);
      }),
  },
  {
    name: "carries more than can be under way at once",
    run: (harness) =>
      withMembers(
        harness,
        ["ada", "ben"],
        async ([ada, ben]) => {
          await startAll(ada, ben);
          for (const index of upTo(96)) ada.transport.send(ben.transport.self, numbered(index, BOUNDS.maxFrameBytes));
          expect(numbersOf(await ben.frames.count(96))).toEqual(upTo(96));
        },
        { ...BOUNDS, maxQueueBytes: 96 * BOUNDS.maxFrameBytes },
      ),
  },
  {
    name: "drops and reports a frame for somebody who is not a peer",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        await startAll(ada, ben);
        ada.transport.setPeers([]);
        ada.transport.send(ben.transport.self, numbered(1));
        expect(ada.drops.items).toEqual([{ to: ben.transport.self, bytes: 4 }]);
      }),
  },
  {
    name: "cuts a peer that was removed, and hears no more of it",
    run: (harness) =>
      withMembers(harness, ["ada", "ben", "cleo"], async ([ada, ben, cleo]) => {
        await startAll(ada, ben, cleo);
        ada.transport.setPeers([cleo.address]);
        expect(ada.transport.connected()).toEqual(new Set([cleo.transport.self]));
        await ben.changes.first(({ peer, connected }) => !connected && peer === ada.transport.self, "the cut");
        expect(ada.changes.items).toContainEqual({ peer: ben.transport.self, connected: false });
        ben.transport.send(ada.transport.self, numbered(1));
        cleo.transport.send(ada.transport.self, numbered(2));
        await ada.frames.count(1);
        expect(ada.frames.items.map(({ from }) => from)).toEqual([cleo.transport.self]);
      }),
  },
  {
    name: "connects again to a peer that was removed and set again",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        await startAll(ada, ben);
        ada.transport.setPeers([]);
        await ben.changes.first(({ connected }) => !connected, "the cut");
        ada.transport.setPeers([ben.address]);
        ada.transport.send(ben.transport.self, numbered(9));
        expect(numbersOf(await ben.frames.count(1))).toEqual([9]);
      }),
  },
  {
    name: "ends a subscription once, for good, and leaves the others",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        const ended = new Collector<PeerId>();
        const unsubscribe = ben.transport.onFrame((from) => ended.push(from));
        unsubscribe();
        unsubscribe();
        await startAll(ada, ben);
        ada.transport.send(ben.transport.self, numbered(1));
        await ben.frames.count(1);
        expect(ended.items).toEqual([]);
      }),
  },
  {
    name: "says goodbye to its peers, and may be closed twice",
    run: (harness) =>
      withMembers(harness, ["ada", "ben"], async ([ada, ben]) => {
        await startAll(ada, ben);
        await Promise.all([ada.transport.close(), ada.transport.close()]);
        await ada.transport.close();
        await ben.changes.first(({ connected }) => !connected, "the goodbye");
        expect(ada.transport.connected()).toEqual(new Set());
        expect(ben.transport.connected()).toEqual(new Set());
        ada.transport.send(ben.transport.self, numbered(1));
        expect(ada.drops.items).toEqual([{ to: ben.transport.self, bytes: 4 }]);
      }),
  },
];

/** Runs the transport's promises against one implementation. */
export function transportCompliance(name: string, harness: () => TransportHarness): void {
  registerCompliance(`transport port: ${name}`, transportCases, harness);
}
