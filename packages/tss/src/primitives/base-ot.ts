import { addPoints } from "../math/affine-batch.ts";
import { concat, splitEqual, u8, wipe } from "../math/bytes.ts";
import {
  decodePoint,
  encodePoint,
  IDENTITY,
  multiplyBase,
  negatePoint,
  POINT_LENGTH,
  type Point,
} from "../math/point.ts";
import { multiplyEach, multiplyGenerator, multiplyOne } from "../math/products.ts";
import type { Rng } from "../math/rng.ts";
import { randomScalar, type Scalar } from "../math/scalar.ts";
import { H } from "../transcript/hash.ts";
import { hashToCurve } from "../transcript/hash-to-curve.ts";
import { LAMBDA_C, OT_RECEIVER_MESSAGE_LENGTH, SEED_LENGTH } from "./parameters.ts";

/*
 * Endemic oblivious transfer over secp256k1, 128 instances in one message each way; the two messages do not depend on
 * each other. The receiver's message is that of Masny and Rindal (ePrint 2019/706, figure 8); the sender's is one point
 * for the whole batch, as McQuoid, Rosulek and Roy prove it (ePrint 2021/682, figure 3, theorems 9 and 11). What makes
 * the batch sound is that the instance and the branch are in both hashes: docs/protocol/pair-setup.md, "One point for
 * all instances".
 */

/** One of the two messages of an OT instance. */
export type Branch = 0 | 1;

/** The receiver's secrets between its message and the sender's: instance i chose branch choices[i] with scalar a_i. */
export type OtReceiverState = { readonly choices: readonly Branch[]; readonly scalars: readonly Scalar[] };

/** The sender's secret t. */
export type OtSenderState = { readonly scalar: Scalar };

/** A received receiver's message: two valid points per instance. */
export type OtPoints = readonly (readonly [Point, Point])[];

/** The sender's keys (k_{i,0}, k_{i,1}), 16 bytes each. Secret. */
export type OtSenderKeys = readonly (readonly [Uint8Array, Uint8Array])[];

function branchKey(sid: Uint8Array, instance: number, branch: Branch, shared: Point): Uint8Array {
  const encoded = encodePoint(shared);
  const digest = H("ot/key", sid, u8(instance), u8(branch), encoded);
  const key = digest.slice(0, SEED_LENGTH);
  wipe(encoded, digest);
  return key;
}

/**
 * Pair setup step 1: the receiver's message. For choice b: P_{1-b} = x G with x thrown away, and
 * P_b = a G - H2C(sid, i, b, P_{1-b}).
 * @param choices the 128 secret choice bits
 * @returns the secret state for {@link finishOtReceiver} and the message of 8,448 bytes
 */
export function startOtReceiver(
  sid: Uint8Array,
  choices: readonly Branch[],
  rng: Rng,
): { readonly state: OtReceiverState; readonly message: Uint8Array } {
  const scalars = choices.map(() => randomScalar(rng));
  const others = multiplyGenerator(choices.map(() => randomScalar(rng))).map(encodePoint);
  const hashes = hashToCurve(
    "ot/h",
    choices.map((choice, i) => [sid, u8(i), u8(choice), others[i] ?? new Uint8Array(0)]),
  );
  const hidden = addPoints(multiplyGenerator(scalars), hashes.map(negatePoint)).map(encodePoint);
  // (P_0, P_1) is the window at `choice`: the same steps for either choice.
  const message = choices.flatMap((choice, i) =>
    [hidden[i], others[i], hidden[i]].slice(choice, choice + 2).map((point) => point ?? new Uint8Array(0)),
  );
  return { state: { choices, scalars }, message: concat(...message) };
}

/** Pair setup step 2: the sender's message T = t G for all instances: secret state and 33 bytes. */
export function startOtSender(rng: Rng): { readonly state: OtSenderState; readonly message: Uint8Array } {
  const scalar = randomScalar(rng);
  return { state: { scalar }, message: encodePoint(multiplyBase(scalar)) };
}

/** Reads the receiver's message; undefined for another length or any point that is not canonical or the identity. */
export function decodeOtPoints(message: Uint8Array): OtPoints | undefined {
  if (message.length !== OT_RECEIVER_MESSAGE_LENGTH) return undefined;
  const points: (readonly [Point, Point])[] = [];
  for (const pair of splitEqual(message, LAMBDA_C, 2 * POINT_LENGTH) ?? []) {
    const first = decodePoint(pair.subarray(0, POINT_LENGTH));
    const second = decodePoint(pair.subarray(POINT_LENGTH));
    if (first === undefined || second === undefined) return undefined;
    points.push([first, second]);
  }
  return points;
}

/**
 * Pair setup step 3: the sender's keys k_{i,b} = H(sid, i, b, t (P_b + H2C(sid, i, b, P_{1-b}))).
 * @returns undefined when a sum is the identity, which only a cheating receiver can cause
 */
export function finishOtSender(sid: Uint8Array, state: OtSenderState, received: OtPoints): OtSenderKeys | undefined {
  const inputs = received.flatMap(([zero, one], i) => [
    [sid, u8(i), u8(0), encodePoint(one)],
    [sid, u8(i), u8(1), encodePoint(zero)],
  ]);
  const sums = addPoints(received.flat(), hashToCurve("ot/h", inputs));
  if (sums.some((sum) => sum.is0())) return undefined;
  const shared = multiplyEach(sums, new Array<Scalar>(sums.length).fill(state.scalar));
  return received.map((_, i) => [
    branchKey(sid, i, 0, shared[2 * i] ?? IDENTITY),
    branchKey(sid, i, 1, shared[2 * i + 1] ?? IDENTITY),
  ]);
}

/** Pair setup step 4: the receiver's keys k_{i,c} = H(sid, i, c, a_i T) for its choices c; 16 bytes each. */
export function finishOtReceiver(sid: Uint8Array, state: OtReceiverState, sent: Point): readonly Uint8Array[] {
  return multiplyOne(sent, state.scalars).map((shared, i) => branchKey(sid, i, state.choices[i] ?? 0, shared));
}
