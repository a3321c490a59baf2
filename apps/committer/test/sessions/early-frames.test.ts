import type { Hex } from "viem";
import { expect, test } from "vitest";
import { EarlyFrames } from "../../src/sessions/early-frames.ts";
import type { Slot } from "../../src/sessions/frame.ts";

const ALICE: Hex = "0xaa";
const BOB: Hex = "0xbb";
const LIMITS = { slotsPerPeer: 2, framesPerSlot: 2, bytesPerPeer: 100 };

function slot(attempt: number): Slot {
  return { phase: "presign", subject: `0x${"11".repeat(32)}`, attempt };
}

function received(from: Hex, attempt: number, bytes = 1) {
  const payload = new Uint8Array(bytes).fill(attempt);
  return { from, frame: { kind: "session" as const, slot: slot(attempt), handle: new Uint8Array(32), payload } };
}

test("frames come out once, in each sender's order", () => {
  const early = new EarlyFrames(LIMITS);
  const first = received(ALICE, 1, 1);
  const second = received(ALICE, 1, 2);
  const other = received(BOB, 1);
  for (const frame of [first, other, second]) expect(early.keep(frame)).toBe(true);
  expect(early.take(slot(1))).toEqual([first, second, other]);
  expect(early.take(slot(1))).toEqual([]);
});

test("a peer's slots, frames and bytes are bounded without touching another peer's", () => {
  const early = new EarlyFrames(LIMITS);
  expect(early.keep(received(ALICE, 1, 1))).toBe(true);
  expect(early.keep(received(ALICE, 1, 0))).toBe(true);
  expect(early.keep(received(ALICE, 1, 2))).toBe(false);
  expect(early.keep(received(ALICE, 2, 100))).toBe(false);
  expect(early.keep(received(ALICE, 2, 99))).toBe(true);
  expect(early.keep(received(ALICE, 3, 0))).toBe(false);
  expect(early.keep(received(BOB, 3, 100))).toBe(true);
});

test("taking and dropping make room again", () => {
  const early = new EarlyFrames(LIMITS);
  early.keep(received(ALICE, 1, 60));
  early.keep(received(ALICE, 2, 40));
  early.drop((candidate) => candidate.attempt < 2);
  expect(early.take(slot(1))).toEqual([]);
  expect(early.keep(received(ALICE, 3, 60))).toBe(true);
  early.take(slot(3));
  expect(early.keep(received(ALICE, 4, 60))).toBe(true);
});

test("a frame that is sent again is kept once", () => {
  const early = new EarlyFrames(LIMITS);
  const frame = received(ALICE, 1, 60);
  for (let i = 0; i < 5; i++) expect(early.keep(frame)).toBe(true);
  expect(early.take(slot(1))).toEqual([frame]);
});
