import { describe, expect, test } from "vitest";
import {
  ALICE_PAIR_LENGTH,
  BOB_PAIR_LENGTH,
  decodeAlicePair,
  decodeBobPair,
  encodeAlicePair,
  encodeBobPair,
  wipeAlicePair,
  wipeBobPair,
} from "../../src/primitives/pair.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { correlatedPair, flipBit } from "./correlated-pair.ts";

const binding = new Uint8Array(40).fill(3);
const otherBinding = new Uint8Array(40).fill(4);

describe(`stored pairs (seed ${TEST_SEED})`, () => {
  const { alice, bob } = correlatedPair(seededRng(`${TEST_SEED}/pair`));
  const aliceBytes = encodeAlicePair(alice, binding);
  const bobBytes = encodeBobPair(bob, binding);

  test("come back as they were", () => {
    expect(aliceBytes).toHaveLength(ALICE_PAIR_LENGTH);
    expect(bobBytes).toHaveLength(BOB_PAIR_LENGTH);
    expect([ALICE_PAIR_LENGTH, BOB_PAIR_LENGTH]).toEqual([7728, 8224]);
    expect(decodeAlicePair(aliceBytes, binding)).toEqual(alice);
    expect(decodeBobPair(bobBytes, binding)).toEqual(bob);
  });

  test("do not load under another key, epoch or pair", () => {
    expect(decodeAlicePair(aliceBytes, otherBinding)).toBeUndefined();
    expect(decodeBobPair(bobBytes, otherBinding)).toBeUndefined();
  });

  test("do not load when a bit changed or the length is wrong", () => {
    for (const position of [0, 16, 7000, ALICE_PAIR_LENGTH - 1]) {
      expect(decodeAlicePair(flipBit(aliceBytes, position), binding)).toBeUndefined();
      expect(decodeBobPair(flipBit(bobBytes, position), binding)).toBeUndefined();
    }
    expect(decodeAlicePair(aliceBytes.subarray(1), binding)).toBeUndefined();
    expect(decodeBobPair(Uint8Array.of(...bobBytes, 0), binding)).toBeUndefined();
  });

  test("do not encode with wrong lengths", () => {
    const wrong = expect.objectContaining({ code: "invalidLength" });
    expect(() => encodeAlicePair({ ...alice, delta: alice.delta.subarray(1) }, binding)).toThrowError(wrong);
    expect(() => encodeAlicePair({ ...alice, leaves: bob.leaves }, binding)).toThrowError(wrong);
    expect(() => encodeBobPair({ leaves: alice.leaves }, binding)).toThrowError(wrong);
  });

  test("are zeroed by wiping", () => {
    const copy = correlatedPair(seededRng("wipe"));
    wipeAlicePair(copy.alice);
    wipeBobPair(copy.bob);
    const rest = [...copy.alice.delta, ...copy.alice.leaves, ...copy.bob.leaves];
    expect(rest.every((byte) => byte === 0)).toBe(true);
  });
});
