import { wipe } from "../math/bytes.ts";
import { OneTime } from "../math/one-time.ts";
import { decodePoint } from "../math/point.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import {
  type Branch,
  decodeOtPoints,
  finishOtReceiver,
  finishOtSender,
  type OtReceiverState,
  type OtSenderState,
  startOtReceiver,
  startOtSender,
} from "./base-ot.ts";
import { deltaBit, missingLeaves } from "./delta.ts";
import type { AlicePair, BobPair } from "./pair.ts";
import { LAMBDA_C, PPRF_MESSAGE_LENGTH, SEED_LENGTH } from "./parameters.ts";
import { growTrees, punctureTrees } from "./pprf.ts";
import { assertSessionId } from "./session-id.ts";

/*
 * Pair setup of the first direction, by base OTs (docs/protocol/pair-setup.md). Alice becomes the COT sender with a
 * secret correlation Delta, Bob the COT receiver. In the base OTs the roles are the other way round: Alice receives.
 */

/** Alice's secrets between her message and Bob's answers. Used once. */
export type AliceSetupState = OneTime<{
  readonly sid: Uint8Array;
  readonly delta: Uint8Array;
  readonly receiver: OtReceiverState;
}>;

/** Bob's secrets between his base-OT message and Alice's. Used once. */
export type BobSetupState = OneTime<{ readonly sid: Uint8Array; readonly sender: OtSenderState }>;

/**
 * Why a pair setup failed. All blame the peer and none bans: the setup's randomness is thrown away and a new session
 * may try again. `malformedMessage`: wrong length, or a point that is not canonical, off the curve or the identity.
 * `identityPoint`: the peer's points cancel the hash. `inconsistentTrees`: Bob's trees do not match his digests.
 * `inconsistentExtension`: Alice of the second direction did not use the same choices in all rows.
 */
export type SetupFailureCode = "malformedMessage" | "identityPoint" | "inconsistentTrees" | "inconsistentExtension";

/** A failed setup step. */
export type SetupFailure = { readonly kind: "setupFailure"; readonly code: SetupFailureCode };

/** The failure with this code. */
export function failure(code: SetupFailureCode): SetupFailure {
  return { kind: "setupFailure", code };
}

/**
 * Pair setup step 1, Alice: samples a fresh Delta and chooses the complement of its bits in the base OTs.
 * @param sid id of this setup for this ordered pair, 32 bytes
 * @returns the one-time state, and 8,448 bytes for Bob
 * @throws TssError `invalidSessionId`
 */
export function aliceStartSetup(
  sid: Uint8Array,
  rng: Rng,
): { readonly state: AliceSetupState; readonly message: Uint8Array } {
  assertSessionId(sid);
  const delta = randomBytes(rng, SEED_LENGTH);
  const choices = Array.from({ length: LAMBDA_C }, (_, i): Branch => (deltaBit(delta, i) === 0 ? 1 : 0));
  const { state: receiver, message } = startOtReceiver(sid, choices, rng);
  return { state: new OneTime({ sid: sid.slice(), delta, receiver }), message };
}

/**
 * Pair setup step 2, Bob: does not depend on Alice's message.
 * @param sid id of this setup for this ordered pair, 32 bytes
 * @returns the one-time state, and 33 bytes for Alice
 * @throws TssError `invalidSessionId`
 */
export function bobStartSetup(
  sid: Uint8Array,
  rng: Rng,
): { readonly state: BobSetupState; readonly message: Uint8Array } {
  assertSessionId(sid);
  const { state: sender, message } = startOtSender(rng);
  return { state: new OneTime({ sid: sid.slice(), sender }), message };
}

/**
 * Pair setup steps 3 and 5, Bob: base-OT keys from Alice's message, then the trees. Consumes the state.
 * @returns his pair and 5,120 bytes for Alice, or the failure that blames Alice
 * @throws TssError `stateConsumed`
 */
export function bobFinishSetup(
  state: BobSetupState,
  aliceMessage: Uint8Array,
): { readonly kind: "ok"; readonly pair: BobPair; readonly message: Uint8Array } | SetupFailure {
  const { sid, sender } = state.take();
  const points = decodeOtPoints(aliceMessage);
  if (points === undefined) return failure("malformedMessage");
  const keys = finishOtSender(sid, sender, points);
  if (keys === undefined) return failure("identityPoint");
  const { leaves, message } = growTrees(sid, keys);
  wipe(...keys.flat());
  return { kind: "ok", pair: { leaves }, message };
}

/**
 * Pair setup steps 4 and 6, Alice: base-OT keys from Bob's first message, then the trees but for one leaf each.
 * Consumes the state; on failure Delta is wiped, so a new attempt has a new one.
 * @param bobMessage Bob's 33 bytes of step 2
 * @param treeMessage Bob's 5,120 bytes of step 5
 * @returns her pair, or the failure that blames Bob
 * @throws TssError `stateConsumed`
 */
export function aliceFinishSetup(
  state: AliceSetupState,
  bobMessage: Uint8Array,
  treeMessage: Uint8Array,
): { readonly kind: "ok"; readonly pair: AlicePair } | SetupFailure {
  const { sid, delta, receiver } = state.take();
  const sent = decodePoint(bobMessage);
  if (sent === undefined || treeMessage.length !== PPRF_MESSAGE_LENGTH) {
    wipe(delta);
    return failure("malformedMessage");
  }
  const keys = finishOtReceiver(sid, receiver, sent);
  const leaves = punctureTrees(sid, missingLeaves(delta), keys, treeMessage);
  wipe(...keys);
  if (leaves !== undefined) return { kind: "ok", pair: { delta, leaves } };
  wipe(delta);
  return failure("inconsistentTrees");
}
