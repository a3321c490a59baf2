import type { PeerId } from "@synod/core";
import type { TransportHarness } from "@synod/testing";
import { transportCases } from "@synod/testing";
import { expect, it } from "vitest";
import type { MemoryTransport } from "../src/index.ts";
import { MemoryHub } from "../src/index.ts";
import { identityAt } from "./identities.ts";

type Handler = (from: PeerId, frame: Uint8Array) => void;
type Break = (transport: MemoryTransport) => void;

/** A memory network of which every transport was broken in one way. */
function brokenHarness(breakIt: Break): TransportHarness {
  const hub = new MemoryHub({ delivery: "automatic" });
  let count = 0;
  return {
    open: async (bounds) => {
      count += 1;
      const { publicKey } = identityAt(count);
      const transport = hub.transport(publicKey, bounds);
      breakIt(transport);
      return { transport, address: { publicKey, endpoint: "/ip4/127.0.0.1/tcp/1" } };
    },
  };
}

function runCase(name: string, breakIt: Break): Promise<void> {
  const found = transportCases.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`the suite has no case "${name}"`);
  return Promise.resolve(found.run(brokenHarness(breakIt)));
}

function changeFrames(transport: MemoryTransport, change: (handler: Handler) => Handler): void {
  const onFrame = transport.onFrame.bind(transport);
  transport.onFrame = (handler) => onFrame(change(handler));
}

/** Hands out frames in pairs, the later one first. */
function swapped(handler: Handler): Handler {
  let kept: Uint8Array | undefined;
  return (from, frame) => {
    if (kept === undefined) kept = frame;
    else {
      handler(from, frame);
      handler(from, kept);
      kept = undefined;
    }
  };
}

const BREAKS: readonly (readonly [string, Break, string])[] = [
  [
    "names the receiver as the sender",
    (transport) => changeFrames(transport, (handler) => (_, frame) => handler(transport.self, frame)),
    "delivers frames whole, in order, with the sender's identity, both ways at once",
  ],
  [
    "delivers in another order",
    (transport) => changeFrames(transport, swapped),
    "delivers frames whole, in order, with the sender's identity, both ways at once",
  ],
  [
    "cuts long frames short",
    (transport) => changeFrames(transport, (handler) => (from, frame) => handler(from, frame.subarray(0, 60_000))),
    "carries a frame of the greatest size and refuses one byte more, and an empty one",
  ],
  [
    "tells nobody of a dropped frame",
    (transport) => {
      transport.onDrop = () => () => undefined;
    },
    "bounds the frames that wait: drops the newest, reports it, delivers the rest",
  ],
  [
    "keeps peers that were removed",
    (transport) => {
      const setPeers = transport.setPeers.bind(transport);
      let all: Parameters<typeof setPeers>[0] = [];
      transport.setPeers = (peers) => {
        all = [...all, ...peers];
        setPeers(all);
      };
    },
    "cuts a peer that was removed, and hears no more of it",
  ],
  [
    "never ends a subscription",
    (transport) => {
      const onFrame = transport.onFrame.bind(transport);
      transport.onFrame = (handler) => {
        onFrame(handler);
        return () => undefined;
      };
    },
    "ends a subscription once, for good, and leaves the others",
  ],
  [
    "hands out one set of peers and goes on changing it",
    (transport) => {
      const live = new Set<PeerId>(["0x00"]);
      transport.connected = () => live;
    },
    "connects peers that know each other, and says so",
  ],
];

it.each(BREAKS)("the suite finds a transport that %s", async (_, breakIt, name) => {
  await expect(runCase(name, breakIt)).rejects.toMatchObject({ name: "AssertionError" });
});
