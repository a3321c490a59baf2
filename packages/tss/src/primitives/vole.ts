import { equalBytes, splitFixed, wipe } from "../math/bytes.ts";
import { OneTime } from "../math/one-time.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import {
  decodeScalar,
  encodeScalar,
  randomScalar,
  readScalar,
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
import { choiceBits, type Gadget, gadgetProduct, gadgetSum, padsOf, type VoleRows } from "./vole-rows.ts";

/*
 * Random vector OLE (Doerner, Kondi, Lee, shelat, ePrint 2023/765, protocol 5.2) with two inputs that share Bob's
 * choices: Bob gets a random chi, and for each input a_w of Alice both get shares of the product,
 * c_w + d_w = a_w * chi mod q. docs/protocol/vole.md.
 */

const CORRECTIONS_LENGTH = XI * VOLE_WIDTH * SCALAR_LENGTH;

/** One scalar for each of Alice's two inputs, in the order (u, v). */
export type VoleVector = readonly [Scalar, Scalar];

/** What both sides of a VOLE know beforehand. */
export type VoleSession = {
  /** Names this VOLE of this ordered pair, 32 bytes, never used before with the pair. */
  readonly sid: Uint8Array;
  readonly gadget: Gadget;
};

/** Bob's secrets between his message and Alice's answer. Used once. */
export type BobVoleState = OneTime<{
  readonly session: VoleSession;
  /** beta: 64 bytes. */
  readonly choices: Uint8Array;
  /** 512 columns of 16 bytes, which give the pads. */
  readonly columns: Uint8Array;
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
 * @returns the one-time state, his secret output `chi`, and 4,624 bytes for Alice
 * @throws TssError `invalidSessionId`
 */
export function bobStartVole(
  pair: BobPair,
  session: VoleSession,
  rng: Rng,
): { readonly state: BobVoleState; readonly chi: Scalar; readonly message: Uint8Array } {
  assertSessionId(session.sid);
  const extendedChoices = randomBytes(rng, ROW_LENGTH);
  const extended = extendReceiver(pair, session.sid, extendedChoices);
  const choices = extendedChoices.slice(0, XI / 8);
  const chi = gadgetSum(session.gadget, choiceBits(choices));
  wipe(extendedChoices);
  const columns = new Uint8Array(extended.columns.buffer);
  return { state: new OneTime({ session, choices, columns }), chi, message: extended.message };
}

/**
 * VOLE steps 4 and 5, Alice: checks Bob's message and answers for her inputs. Must run only after all parties agreed on
 * the first round (otherwise an honest misunderstanding looks like an attack).
 * @param session one answer per session, or differences of inputs become visible
 * @param a her two secret inputs
 * @returns her output shares c and 49,216 bytes for Bob; `coteFailure` means burn the pair and ban
 * @throws TssError `invalidSessionId`
 */
export function aliceRespondVole(
  pair: AlicePair,
  { sid, gadget }: VoleSession,
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
  const c = [reduce(-gadgetProduct(gadget, pads0, 0)), reduce(-gadgetProduct(gadget, pads0, 1))] as const;
  return { kind: "ok", c, message: answer(sid, pads0, pads1, a, randomScalar(rng)) };
}

/** a-tilde, eta, mu: Alice's message. `check` is her random check input. */
function answer(sid: Uint8Array, pads0: VoleRows, pads1: VoleRows, a: VoleVector, check: Scalar): Uint8Array {
  const inputs = [...a, check];
  const message = new Uint8Array(CORRECTIONS_LENGTH + SCALAR_LENGTH + HASH_LENGTH);
  for (let position = 0; position < pads0.length; position++) {
    const difference = (pads0[position] ?? 0n) - (pads1[position] ?? 0n);
    writeScalar(reduce(difference + (inputs[position % VOLE_WIDTH] ?? 0n)), message, position * SCALAR_LENGTH);
  }
  const theta = checkWeights(sid, message.subarray(0, CORRECTIONS_LENGTH));
  const eta = reduce(check + theta[0] * a[0] + theta[1] * a[1]);
  message.set(encodeScalar(eta), CORRECTIONS_LENGTH);
  message.set(checkDigest(sid, theta, pads0), CORRECTIONS_LENGTH + SCALAR_LENGTH);
  return message;
}

/** delta_{j,w} = pad_j[w] + beta_j * a-tilde_{j,w}; undefined when a scalar is not canonical. */
function openRows(pads: VoleRows, bits: readonly bigint[], corrections: Uint8Array): VoleRows | undefined {
  const rows = new Array<Scalar>(pads.length);
  for (let position = 0; position < pads.length; position++) {
    const correction = readScalar(corrections, position * SCALAR_LENGTH);
    if (correction === undefined) return undefined;
    const bit = bits[Math.floor(position / VOLE_WIDTH)] ?? 0n;
    rows[position] = reduce((pads[position] ?? 0n) + bit * correction);
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
  const { session, choices, columns } = state.take();
  const { sid, gadget } = session;
  const bits = choiceBits(choices);
  const pads = padsOf(sid, new Uint32Array(columns.buffer), new Uint32Array(4));
  wipe(choices, columns);
  const fields = splitFixed(message, [CORRECTIONS_LENGTH, SCALAR_LENGTH, HASH_LENGTH]);
  if (fields === undefined) return { kind: "malformedMessage" };
  const [corrections, encodedEta, mu] = fields;
  const eta = decodeScalar(encodedEta);
  const rows = openRows(pads, bits, corrections);
  if (eta === undefined || rows === undefined) return { kind: "malformedMessage" };
  const expected = checkDigest(sid, checkWeights(sid, corrections), rows, { bits, eta });
  if (!equalBytes(mu, expected)) return { kind: "voleFailure" };
  return { kind: "ok", d: [gadgetProduct(gadget, rows, 0), gadgetProduct(gadget, rows, 1)] };
}
