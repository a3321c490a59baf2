import { concat, splitEqual, u8, wipe } from "../math/bytes.ts";
import { OneTime } from "../math/one-time.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { bytesFromWords, wordsFromBytes } from "../math/words.ts";
import { H } from "../transcript/hash.ts";
import type { OtSenderKeys } from "./base-ot.ts";
import { missingLeaves } from "./delta.ts";
import { type Columns, extendReceiver, extendSender } from "./extension.ts";
import { type AlicePair, type BobPair, wipeAlicePair } from "./pair.ts";
import { failure, type SetupFailure } from "./pair-setup.ts";
import { EXTENSION_MESSAGE_LENGTH, LAMBDA_C, PPRF_MESSAGE_LENGTH, ROW_LENGTH, SEED_LENGTH } from "./parameters.ts";
import { growTrees, punctureTrees } from "./pprf.ts";

/*
 * Pair setup of the second direction, by extension of the first (docs/protocol/pair-setup.md): Alice of this direction
 * is Bob of the first. The 128 OTs under her trees are the first of 512 correlated OTs, in which she chooses the
 * complement of her Delta.
 */

const COLUMN_WORDS = LAMBDA_C / 32;

/** Alice's secrets between her message and Bob's trees. Used once. `keys`: 128 OT keys of 16 bytes. */
export type AliceExtendedState = OneTime<{
  readonly sid: Uint8Array;
  readonly delta: Uint8Array;
  readonly keys: Uint8Array;
}>;

/** The key of OT `instance` from the column of one of its branches, each word of which `mask` may change. */
function columnKey(sid: Uint8Array, instance: number, columns: Columns, mask: Uint32Array): Uint8Array {
  const words = columns.slice(instance * COLUMN_WORDS, (instance + 1) * COLUMN_WORDS);
  for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) ^ (mask[i] ?? 0);
  const column = bytesFromWords(words);
  const digest = H("ot/extended", sid, u8(instance), column);
  const key = digest.slice(0, SEED_LENGTH);
  wipe(words, column, digest);
  return key;
}

/**
 * Pair setup step 7, Alice: samples a fresh Delta and extends the pair in which she is Bob.
 * @param existing her pair of the first direction, just set up
 * @param sid id of this setup for this ordered pair, 32 bytes
 * @returns the one-time state, and 4,624 bytes for Bob
 */
export function aliceStartExtended(
  existing: BobPair,
  sid: Uint8Array,
  rng: Rng,
): { readonly state: AliceExtendedState; readonly message: Uint8Array } {
  const delta = randomBytes(rng, SEED_LENGTH);
  const rest = randomBytes(rng, ROW_LENGTH - SEED_LENGTH);
  const choices = concat(
    delta.map((byte) => ~byte),
    rest,
  );
  const { columns, message } = extendReceiver(existing, sid, choices);
  const none = new Uint32Array(COLUMN_WORDS);
  const keys = Array.from({ length: LAMBDA_C }, (_, i) => columnKey(sid, i, columns, none));
  const state = new OneTime({ sid: sid.slice(), delta, keys: concat(...keys) });
  wipe(choices, rest, columns, ...keys);
  return { state, message };
}

/** (k_{i,0}, k_{i,1}) of Bob: from his columns, and from his columns plus the Delta of the first direction. */
function branchKeys(sid: Uint8Array, columns: Columns, delta: Uint8Array): OtSenderKeys {
  const [none, all] = [new Uint32Array(COLUMN_WORDS), wordsFromBytes(delta)];
  const keys = Array.from(
    { length: LAMBDA_C },
    (_, i) => [columnKey(sid, i, columns, none), columnKey(sid, i, columns, all)] as const,
  );
  wipe(all);
  return keys;
}

/**
 * Pair setup steps 8 and 9, Bob: checks the extension, takes the OT keys from it and grows the trees.
 * @param existing his pair of the first direction, in which he is Alice; destroyed on failure, since whoever sent a bad
 * extension may have learnt bits of its Delta
 * @returns his pair and 5,120 bytes for Alice, or the failure that blames Alice
 */
export function bobFinishExtended(
  existing: AlicePair,
  sid: Uint8Array,
  aliceMessage: Uint8Array,
): { readonly kind: "ok"; readonly pair: BobPair; readonly message: Uint8Array } | SetupFailure {
  const isSized = aliceMessage.length === EXTENSION_MESSAGE_LENGTH;
  const columns = isSized ? extendSender(existing, sid, aliceMessage) : undefined;
  if (columns === undefined) {
    wipeAlicePair(existing);
    return failure(isSized ? "inconsistentExtension" : "malformedMessage");
  }
  const keys = branchKeys(sid, columns, existing.delta);
  const { leaves, message } = growTrees(sid, keys);
  wipe(columns, ...keys.flat());
  return { kind: "ok", pair: { leaves }, message };
}

/**
 * Pair setup step 10, Alice: the trees but for one leaf each. Consumes the state; on failure Delta is wiped.
 * @param treeMessage Bob's 5,120 bytes of step 9
 * @returns her pair, or the failure that blames Bob
 * @throws TssError `stateConsumed`
 */
export function aliceFinishExtended(
  state: AliceExtendedState,
  treeMessage: Uint8Array,
): { readonly kind: "ok"; readonly pair: AlicePair } | SetupFailure {
  const { sid, delta, keys } = state.take();
  const isSized = treeMessage.length === PPRF_MESSAGE_LENGTH;
  const nodes = splitEqual(keys, LAMBDA_C, SEED_LENGTH) ?? [];
  const leaves = isSized ? punctureTrees(sid, missingLeaves(delta), nodes, treeMessage) : undefined;
  wipe(keys, ...nodes);
  if (leaves !== undefined) return { kind: "ok", pair: { delta, leaves } };
  wipe(delta);
  return failure(isSized ? "inconsistentTrees" : "malformedMessage");
}
