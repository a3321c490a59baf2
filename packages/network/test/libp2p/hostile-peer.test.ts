import { once } from "node:events";
import type { Connection, Stream } from "@libp2p/interface";
import { collect, collectFrames, printSeed, seededRng } from "@synod/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { encodeFrame } from "../../src/frame-codec.ts";
import type { NetworkBounds, NetworkEvent } from "../../src/index.ts";
import { identityAt } from "../identities.ts";
import { openTransport } from "./harness.ts";
import { dialRaw, isAnswered, rawPeer, sendGarbage } from "./raw-peer.ts";

const PROTOCOL = "/synod/1";
const PEER = identityAt(2).publicKey;
const STRANGER = identityAt(9).publicKey;
const PEER_ADDRESS = { publicKey: PEER, endpoint: "/ip4/127.0.0.1/tcp/1" };

async function committer(bounds: Partial<NetworkBounds> = {}) {
  const { transport, address } = await openTransport(1, { bounds });
  const events = collect<NetworkEvent>((handler) => transport.onEvent(handler));
  transport.setPeers([PEER_ADDRESS]);
  await transport.start();
  return { transport, address, events, frames: collectFrames(transport) };
}

/** Resolves when the other end has ended the connection or stream. */
async function ended(target: EventTarget & Pick<Connection | Stream, "status">): Promise<void> {
  if (target.status === "open") await once(target, "close");
}

const oneByte = (mark: number) => encodeFrame(new Uint8Array([mark]));

describe("a stranger", () => {
  it("is refused after the handshake has shown who it is, and is named", async () => {
    const { transport, address, events } = await committer();
    const stranger = await rawPeer(9);
    const connection = await dialRaw(stranger, address).catch(() => undefined);
    if (connection !== undefined) await ended(connection);
    await events.first(({ kind }) => kind === "peerRefused");
    expect(events.items).toContainEqual({ kind: "peerRefused", peer: STRANGER });
    expect(transport.connected()).toEqual(new Set());
  });

  it("who answers at a peer's address is not taken for the peer", async () => {
    const stranger = await rawPeer(9, ["/ip4/127.0.0.1/tcp/0"]);
    const heard: Stream[] = [];
    await stranger.handle(PROTOCOL, (stream) => {
      heard.push(stream);
    });
    const endpoint = stranger.getMultiaddrs()[0]?.toString().split("/p2p/")[0] ?? "";
    const { transport } = await openTransport(1);
    const events = collect<NetworkEvent>((handler) => transport.onEvent(handler));
    transport.setPeers([{ publicKey: PEER, endpoint }]);
    transport.send(PEER, new Uint8Array([1]));
    await transport.start();
    await events.first(({ kind }) => kind === "dialFailed");
    expect(heard).toEqual([]);
    expect(transport.connected()).toEqual(new Set());
  });

  it("who writes garbage to the port harms nobody", async () => {
    const { transport, address, frames } = await committer();
    const rng = seededRng(printSeed("garbage"));
    await Promise.all(Array.from({ length: 8 }, () => sendGarbage(address, rng(1000))));
    const peer = await openTransport(2);
    peer.transport.setPeers([address]);
    await peer.transport.start();
    peer.transport.send(transport.self, new Uint8Array([5]));
    expect(await frames.count(1)).toEqual([{ from: PEER, frame: new Uint8Array([5]) }]);
  });
});

describe("many strangers at one address", () => {
  it("have so many handshakes a second between them, and no more", async () => {
    const { address } = await committer();
    const answered = await Promise.all(Array.from({ length: 40 }, () => isAnswered(address)));
    // Eight in each of the one or two seconds in which they come.
    expect(answered.filter(Boolean).length).toBeGreaterThanOrEqual(8);
    expect(answered.filter(Boolean).length).toBeLessThanOrEqual(16);
  });
});

describe("a peer that breaks the rules", () => {
  it.each([
    ["a frame over the limit", new Uint8Array([0, 0, 0x04, 0x01]), "tooLarge", 1025],
    ["the largest length there is", new Uint8Array([0xff, 0xff, 0xff, 0xff]), "tooLarge", 0xffff_ffff],
    ["an empty frame", new Uint8Array(4), "empty", 0],
  ] as const)("is cut and named for %s, and keeps what came before it", async (_, header, reason, bytes) => {
    const { address, events, frames } = await committer({ maxFrameBytes: 1024 });
    const peer = await rawPeer(2);
    const connection = await dialRaw(peer, address);
    const stream = await connection.newStream(PROTOCOL);
    stream.send(Buffer.concat([oneByte(1), header, oneByte(2)]));
    await ended(connection);
    expect(events.items).toContainEqual({ kind: "frameRejected", from: PEER, bytes, reason });
    expect(frames.items.map(({ frame }) => frame[0])).toEqual([1]);
  });

  it("may come back: nobody is banned for a bad frame", async () => {
    const { address, frames } = await committer({ maxFrameBytes: 1024 });
    const peer = await rawPeer(2);
    const first = await dialRaw(peer, address);
    (await first.newStream(PROTOCOL)).send(new Uint8Array([0xff, 0, 0, 0]));
    await ended(first);
    const second = await dialRaw(peer, address);
    (await second.newStream(PROTOCOL)).send(oneByte(7));
    expect((await frames.count(1))[0]?.frame[0]).toBe(7);
  });

  it("has one stream: a second takes the place of the first", async () => {
    const { address, frames } = await committer();
    const peer = await rawPeer(2);
    const connection = await dialRaw(peer, address);
    const first = await connection.newStream(PROTOCOL);
    first.send(oneByte(1));
    await frames.count(1);
    const second = await connection.newStream(PROTOCOL);
    second.send(oneByte(2));
    await ended(first);
    second.send(oneByte(3));
    expect((await frames.count(3)).map(({ frame }) => frame[0])).toEqual([1, 2, 3]);
  });

  it("loses its connection when it is removed, also one without a stream", async () => {
    const { transport, address } = await committer();
    const connection = await dialRaw(await rawPeer(2), address);
    await connection.newStream(PROTOCOL);
    const other = await dialRaw(await rawPeer(2), address);
    transport.setPeers([]);
    await Promise.all([ended(connection), ended(other)]);
    expect([connection.status, other.status]).not.toContain("open");
  });

  it("cannot open a stream of any other protocol", async () => {
    const { address } = await committer();
    const connection = await dialRaw(await rawPeer(2), address);
    await expect(connection.newStream("/ipfs/id/1.0.0")).rejects.toMatchObject({ name: "UnsupportedProtocolError" });
  });

  it("is slowed when it sends faster than its share, and loses nothing", async () => {
    const { address, events, frames } = await committer({ framesPerSecond: 500, burstFrames: 10 });
    const connection = await dialRaw(await rawPeer(2), address);
    const stream = await connection.newStream(PROTOCOL);
    stream.send(Buffer.concat(Array.from({ length: 100 }, (_, index) => oneByte(index))));
    const received = await frames.count(100);
    expect(received.map(({ frame }) => frame[0])).toEqual(Array.from({ length: 100 }, (_, index) => index));
    const slowed = events.items.filter(({ kind }) => kind === "peerSlowed");
    expect(slowed.length).toBeGreaterThan(0);
    expect(connection.status).toBe("open");
  });

  it("has few of its frames handled before others have their turn", async () => {
    const { transport, address, frames } = await committer();
    const perTurn = new Map<number, number>();
    let turn = 0;
    const nextTurn = setInterval(() => {
      turn += 1;
    });
    onTestFinished(() => clearInterval(nextTurn));
    transport.onFrame(() => void perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1));
    const stream = await (await dialRaw(await rawPeer(2), address)).newStream(PROTOCOL);
    stream.send(Buffer.concat(Array.from({ length: 200 }, (_, index) => oneByte(index))));
    await frames.count(200);
    expect(Math.max(...perTurn.values())).toBeLessThanOrEqual(64);
  });

  it("is heard to the end when it closes its stream at once after many frames", async () => {
    const { address, frames } = await committer();
    const stream = await (await dialRaw(await rawPeer(2), address)).newStream(PROTOCOL);
    stream.send(Buffer.concat(Array.from({ length: 200 }, (_, index) => oneByte(index))));
    await stream.close();
    const received = await frames.count(200);
    expect(received.map(({ frame }) => frame[0])).toEqual(Array.from({ length: 200 }, (_, index) => index));
  });

  it("cannot keep a committer from closing by never saying that it has read", async () => {
    const peer = await rawPeer(2, ["/ip4/127.0.0.1/tcp/0"]);
    await peer.handle(PROTOCOL, (stream) => stream.pause());
    const endpoint = peer.getMultiaddrs()[0]?.toString().split("/p2p/")[0] ?? "";
    const { transport } = await openTransport(1);
    const events = collect<NetworkEvent>((handler) => transport.onEvent(handler));
    transport.setPeers([{ publicKey: PEER, endpoint }]);
    await transport.start();
    await events.first(({ kind }) => kind === "peerConnected");
    for (let sent = 0; sent < 20; sent += 1) transport.send(PEER, new Uint8Array(1 << 16).fill(1));
    await transport.close();
    expect(transport.connected()).toEqual(new Set());
  });
});
