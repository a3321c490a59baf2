import { describe, expect, test } from "vitest";
import { wipe } from "../../src/math/bytes.ts";
import { OneTime } from "../../src/math/one-time.ts";
import { encodePoint, negatePoint } from "../../src/math/point.ts";
import type { AlicePair, BobPair } from "../../src/primitives/pair.ts";
import {
  type AliceSetupState,
  aliceFinishSetup,
  aliceStartSetup,
  bobFinishSetup,
  bobStartSetup,
} from "../../src/primitives/pair-setup.ts";
import { BLOCKS, LEAVES, PPRF_MESSAGE_LENGTH, SEED_LENGTH } from "../../src/primitives/parameters.ts";
import { hashToCurve } from "../../src/transcript/hash-to-curve.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { missingLeaf } from "./correlated-pair.ts";

const sid = new Uint8Array(32).fill(1);
const otherSid = new Uint8Array(32).fill(2);

function expectCorrelated(alice: AlicePair, bob: BobPair): void {
  for (let block = 0; block < BLOCKS; block++) {
    const y = missingLeaf(alice.delta, block);
    for (let e = 1; e < LEAVES; e++) {
      const at = (block * (LEAVES - 1) + e - 1) * SEED_LENGTH;
      const from = (block * LEAVES + (e ^ y)) * SEED_LENGTH;
      expect(alice.leaves.slice(at, at + SEED_LENGTH)).toEqual(bob.leaves.slice(from, from + SEED_LENGTH));
    }
  }
}

describe(`pair setup (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/pair-setup`);
  const alice = aliceStartSetup(sid, rng);
  const secrets = alice.state.take();
  // A state is used once; the tests below try many messages on the same secrets.
  const aliceState = (): AliceSetupState => new OneTime({ ...secrets, delta: secrets.delta.slice() });
  const bob = bobStartSetup(sid, rng);
  const bobSecrets = bob.state.take();
  const finished = bobFinishSetup(new OneTime(bobSecrets), alice.message);
  if (finished.kind !== "ok") expect.fail(finished.code);

  test("gives Alice all of Bob's leaves but the one that Delta names in each block", () => {
    const result = aliceFinishSetup(aliceState(), bob.message, finished.message);
    if (result.kind !== "ok") expect.fail(result.code);
    expect(result.pair.delta).toEqual(secrets.delta);
    expectCorrelated(result.pair, finished.pair);
  });

  test("leaves of different blocks and numbers differ", () => {
    const leaves = Array.from({ length: BLOCKS * LEAVES }, (_, i) =>
      finished.pair.leaves.slice(i * SEED_LENGTH, (i + 1) * SEED_LENGTH).join(),
    );
    expect(new Set(leaves).size).toBe(BLOCKS * LEAVES);
  });

  test("Delta is fresh for every counterparty", () => {
    const deltas = [1, 2].map(() => aliceStartSetup(sid, rng).state.take().delta.join());
    expect(new Set([...deltas, secrets.delta.join()]).size).toBe(3);
  });

  test("Bob ends it if a branch of Alice's would have a key that she chose", () => {
    const other = alice.message.slice(33, 66);
    const [hash] = hashToCurve("ot/h", [[sid, Uint8Array.of(0), Uint8Array.of(0), other]]);
    const message = alice.message.slice();
    message.set(encodePoint(negatePoint(hash ?? expect.fail("no hash"))), 0);
    expect(bobFinishSetup(new OneTime(bobSecrets), message)).toEqual({ kind: "setupFailure", code: "identityPoint" });
  });

  test("messages have their fixed lengths", () => {
    expect([alice.message.length, bob.message.length, finished.message.length]).toEqual([8448, 33, 5120]);
  });

  // The first bit of each kind of field, and bytes all over the message.
  const blockLength = PPRF_MESSAGE_LENGTH / BLOCKS;
  test.each([
    ["the sum of the leaf hashes", 96],
    ["the digest", 128],
    ["the last byte of the digest", 159],
  ])("a changed bit in %s is caught in the first and the last block", (_, offset) => {
    for (const block of [0, BLOCKS - 1]) {
      const message = finished.message.slice();
      changeBit(message, block * blockLength + offset);
      expect(aliceFinishSetup(aliceState(), bob.message, message)).toEqual({
        kind: "setupFailure",
        code: "inconsistentTrees",
      });
    }
  });

  test.each([0, 1, 2])("a changed bit in the sum of level %i that Alice opens is caught", (level) => {
    const block = 5;
    const open = 1 - ((missingLeaf(secrets.delta, block) >>> (level + 1)) & 1);
    const message = finished.message.slice();
    changeBit(message, block * blockLength + (2 * level + open) * SEED_LENGTH);
    expect(aliceFinishSetup(aliceState(), bob.message, message)).toEqual({
      kind: "setupFailure",
      code: "inconsistentTrees",
    });
  });

  test("the other sum of a level is never used: changing it changes nothing", () => {
    const block = 5;
    const closed = (missingLeaf(secrets.delta, block) >>> 1) & 1;
    const message = finished.message.slice();
    changeBit(message, block * blockLength + closed * SEED_LENGTH);
    const result = aliceFinishSetup(aliceState(), bob.message, message);
    if (result.kind !== "ok") expect.fail(result.code);
    expectCorrelated(result.pair, finished.pair);
  });

  test("the trees of another session fail", () => {
    const replayed = bobFinishSetup(new OneTime({ ...bobSecrets, sid: otherSid }), alice.message);
    if (replayed.kind !== "ok") expect.fail(replayed.code);
    expect(aliceFinishSetup(aliceState(), bob.message, replayed.message)).toEqual({
      kind: "setupFailure",
      code: "inconsistentTrees",
    });
  });

  test("two blocks of the trees swapped fail", () => {
    const message = finished.message.slice();
    message.copyWithin(0, blockLength, 2 * blockLength);
    message.set(finished.message.subarray(0, blockLength), blockLength);
    expect(aliceFinishSetup(aliceState(), bob.message, message).kind).toBe("setupFailure");
  });

  test("malformed messages are told apart from inconsistent ones", () => {
    const malformed = { kind: "setupFailure", code: "malformedMessage" };
    expect(aliceFinishSetup(aliceState(), bob.message.subarray(1), finished.message)).toEqual(malformed);
    expect(aliceFinishSetup(aliceState(), bob.message, finished.message.subarray(1))).toEqual(malformed);
    const extended = new Uint8Array(PPRF_MESSAGE_LENGTH + 1);
    expect(aliceFinishSetup(aliceState(), bob.message, extended)).toEqual(malformed);
    expect(bobFinishSetup(new OneTime(bobSecrets), alice.message.subarray(1))).toEqual(malformed);
    const zeros = alice.message.slice();
    wipe(zeros.subarray(33, 66));
    expect(bobFinishSetup(new OneTime(bobSecrets), zeros)).toEqual(malformed);
  });

  test("wipes Delta when it fails", () => {
    for (const message of [finished.message.subarray(1), new Uint8Array(PPRF_MESSAGE_LENGTH)]) {
      const delta = secrets.delta.slice();
      aliceFinishSetup(new OneTime({ ...secrets, delta }), bob.message, message);
      expect(delta.every((byte) => byte === 0)).toBe(true);
    }
  });

  test("a state works once", () => {
    const consumed = expect.objectContaining({ code: "stateConsumed" });
    expect(() => aliceFinishSetup(alice.state, bob.message, finished.message)).toThrowError(consumed);
    expect(() => bobFinishSetup(bob.state, alice.message)).toThrowError(consumed);
  });
});

/** Changes the lowest bit of a byte in place. */
function changeBit(bytes: Uint8Array, position: number): void {
  bytes[position] = (bytes[position] ?? 0) ^ 1;
}

test.each([new Uint8Array(32), new Uint8Array(31).fill(1), new Uint8Array(33).fill(1)])(
  "a session id of zeros or of another length is refused",
  (badSid) => {
    const refused = expect.objectContaining({ code: "invalidSessionId" });
    expect(() => aliceStartSetup(badSid, seededRng("sid"))).toThrowError(refused);
    expect(() => bobStartSetup(badSid, seededRng("sid"))).toThrowError(refused);
  },
);
