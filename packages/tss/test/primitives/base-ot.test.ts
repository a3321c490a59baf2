import { bytesToHex } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { decodePoint, encodePoint, GENERATOR, multiplyBase, negatePoint, type Point } from "../../src/math/point.ts";
import {
  type Branch,
  decodeOtPoints,
  finishOtReceiver,
  finishOtSender,
  type OtPoints,
  startOtReceiver,
  startOtSender,
} from "../../src/primitives/base-ot.ts";
import { LAMBDA_C, OT_RECEIVER_MESSAGE_LENGTH, OT_SENDER_MESSAGE_LENGTH } from "../../src/primitives/parameters.ts";
import { hashToCurve } from "../../src/transcript/hash-to-curve.ts";
import { badPoints } from "../math/bad-points.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const sid = new Uint8Array(32).fill(5);
const otherSid = new Uint8Array(32).fill(6);

function decoded(message: Uint8Array): OtPoints {
  const points = decodeOtPoints(message);
  if (points === undefined) expect.fail("an honest message did not decode");
  return points;
}

function decodedPoint(message: Uint8Array): Point {
  const point = decodePoint(message);
  if (point === undefined) expect.fail("an honest message did not decode");
  return point;
}

/** H2C of one branch of instance `i`. */
function branchHash(i: number, branch: Branch, other: Point): Point {
  const [hash] = hashToCurve("ot/h", [[sid, Uint8Array.of(i), Uint8Array.of(branch), encodePoint(other)]]);
  return hash ?? expect.fail("no hash");
}

describe(`base OT (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/base-ot`);
  const bits = rng(LAMBDA_C);
  const choices = Array.from(bits, (byte): Branch => ((byte & 1) === 0 ? 0 : 1));
  const receiver = startOtReceiver(sid, choices, rng);
  const sender = startOtSender(rng);
  const receiverPoints = decoded(receiver.message);
  const senderKeys = finishOtSender(sid, sender.state, receiverPoints) ?? [];
  const receiverKeys = finishOtReceiver(sid, receiver.state, decodedPoint(sender.message));

  test("the receiver gets the key it chose, and never the other", () => {
    expect(receiver.message).toHaveLength(OT_RECEIVER_MESSAGE_LENGTH);
    expect(sender.message).toHaveLength(OT_SENDER_MESSAGE_LENGTH);
    expect(senderKeys).toHaveLength(LAMBDA_C);
    for (const [i, choice] of choices.entries()) {
      expect(senderKeys[i]?.[choice]).toEqual(receiverKeys[i]);
      expect(senderKeys[i]?.[1 - choice]).not.toEqual(receiverKeys[i]);
    }
  });

  test("all 256 keys are different", () => {
    expect(new Set(senderKeys.flat().map(bytesToHex)).size).toBe(2 * LAMBDA_C);
    expect(senderKeys.flat().every((key) => key.length === 16)).toBe(true);
  });

  test("another session id gives other keys on both sides", () => {
    const keys = finishOtSender(otherSid, sender.state, receiverPoints) ?? [];
    expect(keys[0]?.[0]).not.toEqual(senderKeys[0]?.[0]);
    expect(finishOtReceiver(otherSid, receiver.state, decodedPoint(sender.message))[0]).not.toEqual(receiverKeys[0]);
  });

  test("two instances swapped by the receiver change the keys: the number is in both hashes", () => {
    const [first, second, ...rest] = receiverPoints;
    if (first === undefined || second === undefined) expect.fail("no instances");
    const swapped = finishOtSender(sid, sender.state, [second, first, ...rest]);
    const before = new Set(senderKeys.slice(0, 2).flat().map(bytesToHex));
    for (const key of swapped?.slice(0, 2).flat() ?? []) expect(before.has(bytesToHex(key))).toBe(false);
    expect(swapped?.[2]).toEqual(senderKeys[2]);
  });

  test("the number is in the key's hash even where the points coincide", () => {
    // The same scalar and the same point in every instance: only the numbers in the hashes differ.
    const state = { choices: new Array<Branch>(LAMBDA_C).fill(0), scalars: new Array<bigint>(LAMBDA_C).fill(7n) };
    const point = multiplyBase(3n);
    expect(new Set(finishOtReceiver(sid, state, point).map(bytesToHex)).size).toBe(LAMBDA_C);
    const flipped = { ...state, choices: new Array<Branch>(LAMBDA_C).fill(1) };
    expect(finishOtReceiver(sid, flipped, point)[0]).not.toEqual(finishOtReceiver(sid, state, point)[0]);
  });

  test("instance and branch are in the hash to the curve", () => {
    // P_b = a G - H2C(sid, i, b, P_{1-b}) opened by hand, for an instance of each choice.
    for (const branch of [0, 1] as const) {
      const i = choices.indexOf(branch);
      const points = receiverPoints[i];
      const a = receiver.state.scalars[i];
      if (points === undefined || a === undefined) expect.fail("no such choice");
      const hash = branchHash(i, branch, points[branch === 0 ? 1 : 0]);
      expect(points[branch].add(hash).equals(multiplyBase(a))).toBe(true);
    }
  });

  test("P_0 = P_1 gives independent keys", () => {
    const point = multiplyBase(9n);
    const forged: OtPoints = receiverPoints.map((points, i) => (i === 0 ? [point, point] : points));
    const keys = finishOtSender(sid, { scalar: 4n }, forged);
    expect(keys?.[0]?.[0]).toBeDefined();
    expect(keys?.[0]?.[0]).not.toEqual(keys?.[0]?.[1]);
  });

  test.each([0, 1] as const)("a point that cancels the hash of branch %i is refused", (branch) => {
    const other = multiplyBase(9n);
    const cancelling = negatePoint(branchHash(0, branch, other));
    const pair = branch === 0 ? ([cancelling, other] as const) : ([other, cancelling] as const);
    const forged: OtPoints = receiverPoints.map((points, i) => (i === 0 ? pair : points));
    expect(finishOtSender(sid, sender.state, forged)).toBeUndefined();
  });

  test("equal points in two instances and both branches give four keys: one scalar serves them all", () => {
    const point = multiplyBase(9n);
    const forged: OtPoints = receiverPoints.map((points, i) => (i < 2 ? [point, point] : points));
    const keys = finishOtSender(sid, sender.state, forged)?.slice(0, 2).flat() ?? [];
    expect(new Set(keys.map(bytesToHex)).size).toBe(4);
  });

  test("a receiver that repeats another instance's points gets none of that instance's keys", () => {
    const [first] = receiverPoints;
    if (first === undefined) expect.fail("no instances");
    const forged: OtPoints = receiverPoints.map((points, i) => (i === 1 ? first : points));
    const keys = finishOtSender(sid, sender.state, forged) ?? [];
    const known = receiverKeys.map(bytesToHex);
    for (const key of keys[1] ?? []) expect(known).not.toContain(bytesToHex(key));
  });

  test("an observer of the receiver's message learns nothing from the order of the points", () => {
    // A distinguisher that guesses by comparing encodings must stay at a half.
    const guesses = choices.filter((choice, i) => {
      const [zero, one] = receiverPoints[i] ?? [GENERATOR, GENERATOR];
      return (bytesToHex(encodePoint(zero)) < bytesToHex(encodePoint(one)) ? 0 : 1) === choice;
    });
    expect(guesses.length).toBeGreaterThan(LAMBDA_C / 4);
    expect(guesses.length).toBeLessThan((3 * LAMBDA_C) / 4);
  });
});

describe("decoding the receiver's message", () => {
  const honest = startOtReceiver(sid, new Array<Branch>(LAMBDA_C).fill(0), seededRng("decoding")).message;

  test.each([0, OT_RECEIVER_MESSAGE_LENGTH - 1, OT_RECEIVER_MESSAGE_LENGTH + 1])("%i bytes are refused", (length) => {
    const message = new Uint8Array(length);
    message.set(honest.subarray(0, length));
    expect(decodeOtPoints(message)).toBeUndefined();
  });

  test.each(badPoints.filter(({ bytes }) => bytes.length === 33))("$name is refused at every place", ({ bytes }) => {
    for (const place of [0, 1, 2 * LAMBDA_C - 2, 2 * LAMBDA_C - 1]) {
      const message = honest.slice();
      message.set(bytes, place * 33);
      expect(decodeOtPoints(message)).toBeUndefined();
    }
  });
});
