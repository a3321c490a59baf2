import { beforeEach, describe, expect, test } from "vitest";
import { OneTime } from "../../src/math/one-time.ts";
import { aliceFinishExtended, aliceStartExtended, bobFinishExtended } from "../../src/primitives/extended-setup.ts";
import type { AlicePair, BobPair } from "../../src/primitives/pair.ts";
import { BLOCKS, EXTENSION_MESSAGE_LENGTH, LEAVES, PPRF_MESSAGE_LENGTH } from "../../src/primitives/parameters.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { correlatedPair, flipBit, missingLeaf } from "./correlated-pair.ts";

const sid = new Uint8Array(32).fill(1);
const otherSid = new Uint8Array(32).fill(2);
const LEAF = 16;

/** How many of Alice's leaves are Bob's, of those she has. */
function commonLeaves(alice: AlicePair, bob: BobPair): number {
  let count = 0;
  for (let block = 0; block < BLOCKS; block++) {
    for (let e = 1; e < LEAVES; e++) {
      const at = (block * (LEAVES - 1) + e - 1) * LEAF;
      const from = (block * LEAVES + (e ^ missingLeaf(alice.delta, block))) * LEAF;
      const same = alice.leaves.slice(at, at + LEAF).join() === bob.leaves.slice(from, from + LEAF).join();
      count += same ? 1 : 0;
    }
  }
  return count;
}

describe(`pair setup by extension (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/extended-setup`);
  let first = correlatedPair(rng);

  beforeEach(() => {
    first = correlatedPair(rng);
  });

  function finished(message: Uint8Array, session = sid) {
    const result = bobFinishExtended(first.alice, session, message);
    if (result.kind !== "ok") expect.fail(result.code);
    return result;
  }

  test("gives Alice all of Bob's leaves but the one that her fresh Delta names in each block", () => {
    const alice = aliceStartExtended(first.bob, sid, rng);
    const bob = finished(alice.message);
    const result = aliceFinishExtended(alice.state, bob.message);
    if (result.kind !== "ok") expect.fail(result.code);
    expect(commonLeaves(result.pair, bob.pair)).toBe(BLOCKS * (LEAVES - 1));
    expect(result.pair.delta).not.toEqual(first.alice.delta);
    expect(
      new Set(
        Array.from({ length: BLOCKS * LEAVES }, (_, i) => bob.pair.leaves.slice(i * LEAF, i * LEAF + LEAF).join()),
      ).size,
    ).toBe(BLOCKS * LEAVES);
    expect([alice.message.length, bob.message.length]).toEqual([EXTENSION_MESSAGE_LENGTH, PPRF_MESSAGE_LENGTH]);
  });

  test("the other key of an OT stays hidden: a tree with one more leaf known does not exist", () => {
    const alice = aliceStartExtended(first.bob, sid, rng);
    const { delta, ...rest } = alice.state.take();
    const bob = finished(alice.message);
    for (const bit of [0, 31, 127]) {
      const other = { ...rest, keys: rest.keys.slice(), delta: flipBit(delta, bit >>> 3, bit & 7) };
      const result = aliceFinishExtended(new OneTime(other), bob.message);
      expect(result).toEqual({ kind: "setupFailure", code: "inconsistentTrees" });
    }
  });

  test("Delta is fresh and its complement is what Alice chooses", () => {
    const deltas = Array.from({ length: 3 }, () => aliceStartExtended(first.bob, sid, rng).state.take().delta.join());
    expect(new Set(deltas).size).toBe(3);
  });

  // u of a block, x, and t of a row: the extension's own check; which row fails depends on Bob's Delta.
  test.each([
    ["all corrections of a block", Array.from({ length: 80 }, (_, i) => i)],
    ["x", [2560]],
    ["t of the first row", [2576]],
    ["t of the last row", [4623]],
  ])("a change in %s is caught, and Bob's pair of the first direction is gone", (_, places) => {
    const alice = aliceStartExtended(first.bob, sid, rng);
    const message = places.reduce((bytes, place) => flipBit(bytes, place), alice.message);
    const result = bobFinishExtended(first.alice, sid, message);
    expect(result).toEqual({ kind: "setupFailure", code: "inconsistentExtension" });
    expect([...first.alice.delta, ...first.alice.leaves].every((byte) => byte === 0)).toBe(true);
  });

  test("the extension of another session is refused", () => {
    const alice = aliceStartExtended(first.bob, otherSid, rng);
    expect(bobFinishExtended(first.alice, sid, alice.message).kind).toBe("setupFailure");
  });

  test("trees of another session or of another Alice are refused", () => {
    const [alice, second] = [aliceStartExtended(first.bob, sid, rng), aliceStartExtended(first.bob, otherSid, rng)];
    const bob = finished(second.message, otherSid);
    expect(aliceFinishExtended(alice.state, bob.message)).toEqual({ kind: "setupFailure", code: "inconsistentTrees" });
  });

  test.each([-1, 1])("messages with %i bytes more are malformed, and the secrets are wiped", (more) => {
    const alice = aliceStartExtended(first.bob, sid, rng);
    const malformed = { kind: "setupFailure", code: "malformedMessage" };
    const content = alice.state.take();
    expect(aliceFinishExtended(new OneTime(content), new Uint8Array(PPRF_MESSAGE_LENGTH + more))).toEqual(malformed);
    expect([...content.delta, ...content.keys].every((byte) => byte === 0)).toBe(true);
    expect(bobFinishExtended(first.alice, sid, new Uint8Array(EXTENSION_MESSAGE_LENGTH + more))).toEqual(malformed);
    expect(first.alice.delta.every((byte) => byte === 0)).toBe(true);
  });

  test("a message that is right but for a byte behind it is malformed", () => {
    const alice = aliceStartExtended(first.bob, sid, rng);
    const bob = finished(alice.message);
    const malformed = { kind: "setupFailure", code: "malformedMessage" };
    expect(aliceFinishExtended(alice.state, Uint8Array.of(...bob.message, 0))).toEqual(malformed);
    expect(bobFinishExtended(first.alice, sid, Uint8Array.of(...alice.message, 0))).toEqual(malformed);
  });

  test("a state works once", () => {
    const alice = aliceStartExtended(first.bob, sid, rng);
    const bob = finished(alice.message);
    aliceFinishExtended(alice.state, bob.message);
    const consumed = expect.objectContaining({ code: "stateConsumed" });
    expect(() => aliceFinishExtended(alice.state, bob.message)).toThrowError(consumed);
  });
});
