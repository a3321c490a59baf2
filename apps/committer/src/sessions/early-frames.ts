import type { Hex } from "viem";
import { equalBytes } from "./equal-bytes.ts";
import { type PeerFrame, type Slot, slotKey } from "./frame.ts";

type SessionFrame = Extract<PeerFrame, { kind: "session" }>;

/** A session frame with the authenticated sender. */
export type ReceivedFrame = { readonly from: Hex; readonly frame: SessionFrame };

/** How much may wait for sessions that have not begun here. */
export type EarlyFrameLimits = {
  /** Slots that one peer may occupy. */
  readonly slotsPerPeer: number;
  /** Frames of one peer in one slot. */
  readonly framesPerSlot: number;
  /** Payload bytes of one peer over all slots. */
  readonly bytesPerPeer: number;
};

/** Enough for a dozen concurrent attempts, each with up to four slots, of the largest protocol message sizes. */
export const EARLY_FRAME_LIMITS: EarlyFrameLimits = { slotsPerPeer: 48, framesPerSlot: 8, bytesPerPeer: 4_194_304 };

function isSame(a: SessionFrame, b: SessionFrame): boolean {
  return equalBytes(a.handle, b.handle) && equalBytes(a.payload, b.payload);
}

type Shelved = { readonly slot: Slot; readonly frames: SessionFrame[] };
type PeerShelf = { readonly slots: Map<string, Shelved>; bytes: number };

/**
 * Keeps frames that arrive before this committer begins the session they are for. Bounded per peer, so that one peer
 * cannot displace another's frames: what does not fit is dropped.
 */
export class EarlyFrames {
  readonly #limits: EarlyFrameLimits;
  readonly #shelves = new Map<Hex, PeerShelf>();

  constructor(limits: EarlyFrameLimits = EARLY_FRAME_LIMITS) {
    this.#limits = limits;
  }

  /** Keeps a frame, once however often it is sent; `false` when the peer's limits do not allow it. */
  keep({ from, frame }: ReceivedFrame): boolean {
    const shelf = this.#shelves.get(from) ?? { slots: new Map(), bytes: 0 };
    const key = slotKey(frame.slot);
    const entry: Shelved = shelf.slots.get(key) ?? { slot: frame.slot, frames: [] };
    if (entry.frames.some((kept) => isSame(kept, frame))) return true;
    const isFull =
      (!shelf.slots.has(key) && shelf.slots.size >= this.#limits.slotsPerPeer) ||
      entry.frames.length >= this.#limits.framesPerSlot ||
      shelf.bytes + frame.payload.length > this.#limits.bytesPerPeer;
    if (isFull) return false;
    entry.frames.push(frame);
    shelf.slots.set(key, entry);
    shelf.bytes += frame.payload.length;
    this.#shelves.set(from, shelf);
    return true;
  }

  /** Removes and returns what waits for a slot, in the order each peer sent it. */
  take(slot: Slot): readonly ReceivedFrame[] {
    return this.#remove((candidate) => slotKey(candidate) === slotKey(slot));
  }

  /** Drops what waits for slots that can no longer begin. */
  drop(isOver: (slot: Slot) => boolean): void {
    this.#remove(isOver);
  }

  #remove(matches: (slot: Slot) => boolean): readonly ReceivedFrame[] {
    const removed: ReceivedFrame[] = [];
    for (const [from, shelf] of this.#shelves) {
      for (const [key, { slot, frames }] of shelf.slots) {
        if (!matches(slot)) continue;
        shelf.slots.delete(key);
        shelf.bytes -= frames.reduce((sum, frame) => sum + frame.payload.length, 0);
        removed.push(...frames.map((frame) => ({ from, frame })));
      }
      if (shelf.slots.size === 0) this.#shelves.delete(from);
    }
    return removed;
  }
}
