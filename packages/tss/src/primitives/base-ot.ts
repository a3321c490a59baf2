import { multiplyBaseBatch, multiplyBatch } from "../math/batch-multiply.ts";
import { concat, splitEqual, u8, wipe } from "../math/bytes.ts";
import { decodePoint, encodePoint, IDENTITY, POINT_LENGTH, type Point } from "../math/point.ts";
import type { Rng } from "../math/rng.ts";
import { randomScalar, type Scalar } from "../math/scalar.ts";
import { H, hashToCurve } from "../transcript/hash.ts";
import { BASE_OT_MESSAGE_LENGTH, LAMBDA_C, SEED_LENGTH } from "./parameters.ts";

/*
 * Endemic oblivious transfer of Masny and Rindal (ePrint 2019/706, figure 8) over secp256k1, 128 instances in one
 * message each way; the two messages do not depend on each other. Instance number and branch are in both hashes, so
 * that no two keys of a batch can be related.
 */

/** One of the two messages of an OT instance. */
export type Branch = 0 | 1;

/** The receiver's secrets between its message and the sender's: instance i chose branch choices[i] with scalar a_i. */
export type OtReceiverState = { readonly choices: readonly Branch[]; readonly scalars: readonly Scalar[] };

/** The sender's secrets: t_{i,b} at position 2 i + b. */
export type OtSenderState = { readonly scalars: readonly Scalar[] };

/** A received base-OT message: two valid points per instance. */
export type OtPoints = readonly (readonly [Point, Point])[];

/** The sender's keys (k_{i,0}, k_{i,1}), 16 bytes each. Secret. */
export type OtSenderKeys = readonly (readonly [Uint8Array, Uint8Array])[];

function branchHash(sid: Uint8Array, instance: number, branch: Branch, other: Point): Point {
  return hashToCurve("ot/h", sid, u8(instance), u8(branch), encodePoint(other));
}

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
  const chosen = multiplyBaseBatch(scalars);
  const discarded = multiplyBaseBatch(choices.map(() => randomScalar(rng)));
  const message = choices.flatMap((choice, instance) => {
    const other = discarded[instance] ?? IDENTITY;
    const hidden = encodePoint((chosen[instance] ?? IDENTITY).subtract(branchHash(sid, instance, choice, other)));
    // (P_0, P_1) is the window at `choice`: the same steps for either choice.
    return [hidden, encodePoint(other), hidden].slice(choice, choice + 2);
  });
  return { state: { choices, scalars }, message: concat(...message) };
}

/** Pair setup step 2: the sender's message, T_{i,b} = t_{i,b} G: secret state and 8,448 bytes. */
export function startOtSender(rng: Rng): { readonly state: OtSenderState; readonly message: Uint8Array } {
  const scalars = Array.from({ length: 2 * LAMBDA_C }, () => randomScalar(rng));
  return { state: { scalars }, message: concat(...multiplyBaseBatch(scalars).map(encodePoint)) };
}

/** Reads either base-OT message; undefined for another length or any point that is not canonical or the identity. */
export function decodeOtMessage(message: Uint8Array): OtPoints | undefined {
  if (message.length !== BASE_OT_MESSAGE_LENGTH) return undefined;
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
 * Pair setup step 3: the sender's keys k_{i,b} = H(sid, i, b, t_{i,b} (P_b + H2C(sid, i, b, P_{1-b}))).
 * @returns undefined when a sum is the identity, which only a cheating receiver can cause
 */
export function finishOtSender(sid: Uint8Array, state: OtSenderState, received: OtPoints): OtSenderKeys | undefined {
  const sums = received.flatMap(([zero, one], instance) => [
    zero.add(branchHash(sid, instance, 0, one)),
    one.add(branchHash(sid, instance, 1, zero)),
  ]);
  if (sums.some((sum) => sum.is0())) return undefined;
  const shared = multiplyBatch(sums, state.scalars);
  return received.map((_, instance) => [
    branchKey(sid, instance, 0, shared[2 * instance] ?? IDENTITY),
    branchKey(sid, instance, 1, shared[2 * instance + 1] ?? IDENTITY),
  ]);
}

/** Pair setup step 4: the receiver's keys k_{i,c} = H(sid, i, c, a_i T_{i,c}) for its choices c; 16 bytes each. */
export function finishOtReceiver(sid: Uint8Array, state: OtReceiverState, received: OtPoints): readonly Uint8Array[] {
  const chosen = received.map((points, instance) => points[state.choices[instance] ?? 0]);
  return multiplyBatch(chosen, state.scalars).map((shared, instance) =>
    branchKey(sid, instance, state.choices[instance] ?? 0, shared),
  );
}
