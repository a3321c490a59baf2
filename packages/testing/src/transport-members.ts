import type { FrameDrop, PeerAddress, PeerChange, PeerId, Transport } from "@synod/core";
import { Collector, collect } from "./collector.ts";

/** Bounds the suite asks an implementation for; small, so that the suite can reach them. */
export interface TransportBounds {
  readonly maxFrameBytes: number;
  readonly maxQueueFrames: number;
  readonly maxQueueBytes: number;
}

/** A transport that was not started yet, with the address others reach it at. */
export interface TransportUnderTest {
  readonly transport: Transport;
  readonly address: PeerAddress;
}

/** What the suite needs of an implementation. */
export interface TransportHarness {
  /** A new transport with an identity of its own, in the same network as the others of this harness. */
  open(bounds: TransportBounds): Promise<TransportUnderTest>;
}

/** A frame and the peer who sent it. */
export interface ReceivedFrame {
  readonly from: PeerId;
  readonly frame: Uint8Array;
}

/** One transport of a case, with all it has reported. */
export interface Member extends TransportUnderTest {
  readonly frames: Collector<ReceivedFrame>;
  readonly changes: Collector<PeerChange>;
  readonly drops: Collector<FrameDrop>;
}

/** Bounds of most cases. */
export const BOUNDS: TransportBounds = { maxFrameBytes: 65_536, maxQueueFrames: 256, maxQueueBytes: 1 << 20 };

/** All frames a transport receives from now on. */
export function collectFrames(transport: Transport): Collector<ReceivedFrame> {
  const frames = new Collector<ReceivedFrame>();
  transport.onFrame((from, frame) => frames.push({ from, frame }));
  return frames;
}

async function openMember(harness: TransportHarness, bounds: TransportBounds): Promise<Member> {
  const opened = await harness.open(bounds);
  const { transport } = opened;
  return {
    ...opened,
    frames: collectFrames(transport),
    changes: collect<PeerChange>((handler) => transport.onPeerChange(handler)),
    drops: collect<FrameDrop>((handler) => transport.onDrop(handler)),
  };
}

function introduce(members: readonly Member[]): void {
  for (const { transport } of members) transport.setPeers(members.map(({ address }) => address));
}

async function untilConnected(member: Member, peer: Member): Promise<void> {
  if (member.transport.connected().has(peer.transport.self)) return;
  await member.changes.first(
    ({ peer: id, connected }) => connected && id === peer.transport.self,
    "the peer's connection",
  );
}

/** Runs `body` with transports that know each other; closes them whatever happens. */
export async function withMembers<const Names extends readonly string[]>(
  harness: TransportHarness,
  names: Names,
  body: (members: { readonly [Index in keyof Names]: Member }) => Promise<void>,
  bounds = BOUNDS,
): Promise<void> {
  const members = await Promise.all(names.map(() => openMember(harness, bounds)));
  introduce(members);
  try {
    await body(members as unknown as { readonly [Index in keyof Names]: Member });
  } finally {
    await Promise.all(members.map(({ transport }) => transport.close()));
  }
}

/** Starts all and waits until each is connected to each. */
export async function startAll(...members: readonly Member[]): Promise<void> {
  await Promise.all(members.map(({ transport }) => transport.start()));
  for (const member of members) {
    for (const peer of members) if (peer !== member) await untilConnected(member, peer);
  }
}

/** A frame that begins with its number, 4 bytes big-endian. */
export function numbered(index: number, bytes = 4): Uint8Array {
  const frame = new Uint8Array(bytes);
  new DataView(frame.buffer).setUint32(0, index);
  return frame;
}

/** The numbers of received frames. */
export function numbersOf(frames: readonly ReceivedFrame[]): readonly number[] {
  return frames.map(({ frame }) => new DataView(frame.buffer, frame.byteOffset).getUint32(0));
}

/** 0 … count − 1. */
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
