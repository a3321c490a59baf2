import { StorageError } from "@synod/storage";
import { expect, test } from "vitest";
import type { CommitterEvent } from "../src/journal/events.ts";
import { Memory } from "../src/memory.ts";

const EVENT: CommitterEvent = { kind: "PeerBanned", peer: "0x02", code: "cheated", evidenceHash: "0x00" };

test("after a write failed nothing is recorded any more, although the disk would take it", () => {
  const failure = new StorageError({ code: "STORE_IO", action: "write", reason: "the disk is full" });
  const written: CommitterEvent[] = [];
  let isFull = true;
  const memory = Memory.replay({
    append: (events) => {
      if (isFull) throw failure;
      written.push(...events);
    },
    read: () => [],
  });
  expect(() => memory.record([{ kind: "SigningHalted", reason: "first" }])).toThrow(failure);
  isFull = false;
  expect(() => memory.record([EVENT])).toThrow(failure);
  expect(written).toEqual([]);
  expect(memory.state.banned.size).toBe(0);
});
