import { epochKey } from "@synod/core";
import { expect, test } from "vitest";
import type { ChainMoment } from "../src/chain/follower.ts";
import { EpochBook } from "../src/committee/epoch-book.ts";
import { World, type WorldSources } from "../src/world.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "./support/sample-epoch.ts";

const BLOCK = { number: 9n, hash: `0x${"f1".repeat(32)}`, time: 9n } as const;
const MOMENT: ChainMoment = { head: BLOCK, finalised: BLOCK, finality: "advancing", unfinalised: [] };
const KEY = epochKey(SAMPLE_EPOCH.committeeId, SAMPLE_EPOCH.epoch);

function viewOf(changes: Partial<WorldSources> = {}) {
  const book = new EpochBook();
  book.apply(SAMPLE_EPOCH);
  book.setFacts(KEY, ACTIVE_FACTS);
  const world = new World({
    book,
    connected: () => new Set(),
    minedNonce: () => 0,
    issued: () => new Set(),
    isPaused: () => false,
    isContested: () => false,
    settings: { attemptBlocks: 5n, submitStaggerBlocks: 3n, stuckBlocks: 9n, maxFailures: 5 },
    ...changes,
  });
  return world.view(MOMENT);
}

test("while the chain is out of sight or in dispute it counts as stalled, so that nothing is signed", () => {
  expect(viewOf().finality).toBe("advancing");
  expect(viewOf({ isPaused: () => true }).finality).toBe("stalled");
});

test("an epoch that its own members contest is paused", () => {
  expect(viewOf().committees.get(KEY)?.isPaused).toBeUndefined();
  const peers = [sampleIdentity("self").peer, sampleIdentity("peer").peer];
  const asked: unknown[] = [];
  const isContested: WorldSources["isContested"] = (members) => {
    asked.push(members.map(({ peer }) => peer));
    return true;
  };
  expect(viewOf({ isContested }).committees.get(KEY)?.isPaused).toBe(true);
  expect(asked).toEqual([peers]);
});
