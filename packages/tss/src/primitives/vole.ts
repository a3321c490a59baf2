import { equalBytes, splitFixed, wipe } from "../math/bytes.ts";
import { OneTime } from "../math/one-time.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import {
  decodeScalar,
  encodeScalar,
  randomScalar,
  reduce,
  SCALAR_LENGTH,
  type Scalar,
  writeScalar,
} from "../math/scalar.ts";
import { wordsFromBytes } from "../math/words.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { extendReceiver, extendSender } from "./extension.ts";
import type { AlicePair, BobPair } from "./pair.ts";
import { EXTENSION_MESSAGE_LENGTH, ROW_LENGTH, VOLE_WIDTH, XI } from "./parameters.ts";
import { assertSessionId } from "./session-id.ts";
import { checkDigest, checkWeights } from "./vole-check.ts";
import { choiceBits, gadget, gadgetProduct, padsOf, type VoleRows } from "./vole-rows.ts";

/*
 * Random vector OLE (Doerner, Kondi, Lee, shelat, ePrint 2023/765, protocol 5.2) with two inputs that share Bob's
 * choices: Bob gets a random chi, and for each input a_w of Alice both get shares of the product,
 * c_w + d_w = a_w * chi mod q. docs/protocol/vole.md.
 */

const CORRECTIONS_LENGTH = XI * VOLE_WIDTH * SCALAR_LENGTH;

/** One scalar for each of Alice's two inputs, in the order (u, v). */
export type VoleVector = readonly [Scalar, Scalar];

/** Bob's secrets between his message and Alice's answer. Used once. */
export type BobVoleState = OneTime<{
  readonly sid: Uint8Array;
  /** beta: 64 bytes. */
  readonly choices: Uint8Array;
  /** pad_j[w] at 3 j + w. */
  readonly pads: VoleRows;
}>;

/** A message of the wrong length or with a scalar >= q: the sender is to blame, nothing secret has leaked. */
export type MalformedMessage = { readonly kind: "malformedMessage" };

/**
 * Bob's extension message failed the consistency check. It may have told him bits of Delta, so the pair is burnt, all
 * its sessions stop and the peer is banned.
 */
export type CoteFailure = { readonly kind: "coteFailure" };

/** Alice's message failed the check mu: she used different inputs in different rows. The peer is banned. */
export type VoleFailure = { readonly kind: "voleFailure" };

/**
 * VOLE steps 1 to 3, Bob: samples his choices and extends.
 * @param sid id of this session for this ordered pair, 32 bytes, never used before with this pair
 * @returns the one-time state, his secret output `chi`, and 4,624 bytes for Alice
 * @throws TssError `invalidSessionId`
 */
export function bobStartVole(
  pair: BobPair,
  sid: Uint8Array,
  rng: Rng,
): { readonly state: BobVoleState; readonly chi: Scalar; readonly message: Uint8Array } {
  assertSessionId(sid);
  const extendedChoices = randomBytes(rng, ROW_LENGTH);
  const { columns, message } = extendReceiver(pair, sid, extendedChoices);
  const choices = extendedChoices.slice(0, XI / 8);
  const pads = padsOf(sid, columns, new Uint32Array(4));
  const bits = choiceBits(choices);
  const chi = reduce(gadget(sid).reduce((sum, g, j) => sum + g * (bits[j] ?? 0n), 0n));
  wipe(extendedChoices, columns);
  return { state: new OneTime({ sid: sid.slice(), choices, pads }), chi, message };
}

/**
 * VOLE steps 4 and 5, Alice: checks Bob's message and answers for her inputs. Must run only after all parties agreed on
 * the first round (otherwise an honest misunderstanding looks like an attack).
 * @param sid id of this session for this ordered pair; one answer per id, or differences of inputs become visible
 * @param a her two secret inputs
 * @returns her output shares c and 49,216 bytes for Bob; `coteFailure` means burn the pair and ban
 * @throws TssError `invalidSessionId`
 */
export function aliceRespondVole(
  pair: AlicePair,
  sid: Uint8Array,
  message: Uint8Array,
  a: VoleVector,
  rng: Rng,
): { readonly kind: "ok"; readonly c: VoleVector; readonly message: Uint8Array } | MalformedMessage | CoteFailure {
  assertSessionId(sid);
  if (message.length !== EXTENSION_MESSAGE_LENGTH) return { kind: "malformedMessage" };
  const columns = extendSender(pair, sid, message);
  if (columns === undefined) return { kind: "coteFailure" };
  const delta = wordsFromBytes(pair.delta);
  const pads0 = padsOf(sid, columns, new Uint32Array(4));
  const pads1 = padsOf(sid, columns, delta);
  wipe(columns, delta);
  const g = gadget(sid);
  const c = [reduce(-gadgetProduct(g, pads0, 0)), reduce(-gadgetProduct(g, pads0, 1))] as const;
  return { kind: "ok", c, message: answer(sid, pads0, pads1, a, randomScalar(rng)) };
}

/** a-tilde, eta, mu: Alice's message. `check` is her random check input. */
function answer(sid: Uint8Array, pads0: VoleRows, pads1: VoleRows, a: VoleVector, check: Scalar): Uint8Array {
  const inputs = [...a, check];
  const message = new Uint8Array(CORRECTIONS_LENGTH + SCALAR_LENGTH + HASH_LENGTH);
  for (const [position, pad] of pads0.entries()) {
    const input = inputs[position % VOLE_WIDTH] ?? 0n;
    writeScalar(reduce(pad - (pads1[position] ?? 0n) + input), message, position * SCALAR_LENGTH);
  }
  const theta = checkWeights(sid, message.subarray(0, CORRECTIONS_LENGTH));
  const eta = reduce(check + theta[0] * a[0] + theta[1] * a[1]);
  message.set(encodeScalar(eta), CORRECTIONS_LENGTH);
  message.set(checkDigest(sid, theta, pads0), CORRECTIONS_LENGTH + SCALAR_LENGTH);
  return message;
}

/** delta_{j,w} = pad_j[w] + beta_j * a-tilde_{j,w}; undefined when a scalar is not canonical. */
function openRows(pads: VoleRows, bits: readonly bigint[], corrections: Uint8Array): VoleRows | undefined {
  const rows: Scalar[] = [];
  for (const [position, pad] of pads.entries()) {
    const at = position * SCALAR_LENGTH;
    const correction = decodeScalar(corrections.subarray(at, at + SCALAR_LENGTH));
    if (correction === undefined) return undefined;
    rows.push(reduce(pad + (bits[Math.floor(position / VOLE_WIDTH)] ?? 0n) * correction));
  }
  return rows;
}

/**
 * VOLE step 6, Bob: checks Alice's answer and takes his output shares, c_w + d_w = a_w * chi. Consumes the state.
 * @param message Alice's 49,216 bytes
 * @throws TssError `stateConsumed`
 */
export function bobFinishVole(
  state: BobVoleState,
  message: Uint8Array,
): { readonly kind: "ok"; readonly d: VoleVector } | MalformedMessage | VoleFailure {
  const { sid, choices, pads } = state.take();
  const bits = choiceBits(choices);
  wipe(choices);
  const fields = splitFixed(message, [CORRECTIONS_LENGTH, SCALAR_LENGTH, HASH_LENGTH]);
  if (fields === undefined) return { kind: "malformedMessage" };
  const [corrections, encodedEta, mu] = fields;
  const eta = decodeScalar(encodedEta);
  const rows = openRows(pads, bits, corrections);
  if (eta === undefined || rows === undefined) return { kind: "malformedMessage" };
  const expected = checkDigest(sid, checkWeights(sid, corrections), rows, { bits, eta });
  if (!equalBytes(mu, expected)) return { kind: "voleFailure" };
  const g = gadget(sid);
  return { kind: "ok", d: [gadgetProduct(g, rows, 0), gadgetProduct(g, rows, 1)] };
}
