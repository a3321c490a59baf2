import { concat, equalBytes, splitFixed, wipe } from "../math/bytes.ts";
import { OneTime } from "../math/one-time.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { decodeScalar, encodeScalar, randomScalar, reduce, SCALAR_LENGTH, type Scalar } from "../math/scalar.ts";
import {
  addWords,
  encodeWords,
  isBelowOrder,
  SCALAR_WORDS,
  scalarsFromWords,
  subtractWords,
  wordsFromEncoded,
  wordsFromScalars,
} from "../math/scalar-words.ts";
import { wordsFromBytes } from "../math/words.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { extendReceiver, extendSender } from "./extension.ts";
import type { AlicePair, BobPair } from "./pair.ts";
import { EXTENSION_MESSAGE_LENGTH, ROW_LENGTH, VOLE_WIDTH, XI } from "./parameters.ts";
import { assertSessionId } from "./session-id.ts";
import { checkDigest, checkWeights } from "./vole-check.ts";
import { choiceBits, type Gadget, gadgetProduct, gadgetSum, padsOf, type VoleWords } from "./vole-rows.ts";

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
  const pads = padsOf(sid, columns, new Uint32Array(4));
  const shiftedPads = padsOf(sid, columns, delta);
  wipe(columns, delta);
  const rows = scalarsFromWords(pads);
  const check = randomScalar(rng);
  const corrections = correctionsFor(pads, shiftedPads, [...a, check]);
  const theta = checkWeights(sid, corrections);
  const eta = reduce(check + theta[0] * a[0] + theta[1] * a[1]);
  const answer = concat(corrections, encodeScalar(eta), checkDigest(sid, theta, rows));
  const c = [reduce(-gadgetProduct(gadget, rows, 0)), reduce(-gadgetProduct(gadget, rows, 1))] as const;
  return { kind: "ok", c, message: answer };
}

/**
 * a-tilde: pad - shifted pad + input for every scalar of every row, encoded.
 * @param inputs a_0, a_1 and the check input
 *
 * Side effects: wipes both pads.
 */
function correctionsFor(pads: VoleWords, shiftedPads: VoleWords, inputs: readonly Scalar[]): Uint8Array {
  const inputWords = wordsFromScalars(inputs);
  for (let position = 0; position < XI * VOLE_WIDTH; position++) {
    const at = position * SCALAR_WORDS;
    subtractWords(pads, at, shiftedPads, at);
    addWords(pads, at, inputWords, (position % VOLE_WIDTH) * SCALAR_WORDS);
  }
  const corrections = new Uint8Array(CORRECTIONS_LENGTH);
  encodeWords(pads, corrections);
  wipe(pads, shiftedPads, inputWords);
  return corrections;
}

/**
 * delta_{j,w} = pad_j[w] + beta_j * a-tilde_{j,w}, in place of the pads. The time does not depend on the choices.
 * @param corrections as sent, 49,152 bytes
 * @returns whether all scalars were canonical
 */
function openRows(pads: VoleWords, choices: Uint8Array, corrections: Uint8Array): boolean {
  const words = wordsFromEncoded(corrections);
  let canonical = 1;
  for (let position = 0; position < XI * VOLE_WIDTH; position++) {
    const at = position * SCALAR_WORDS;
    const j = Math.floor(position / VOLE_WIDTH);
    const bit = ((choices[j >>> 3] ?? 0) >>> (j & 7)) & 1;
    canonical &= isBelowOrder(words, at);
    addWords(pads, at, words, at, -bit);
  }
  return canonical === 1;
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
  const pads = padsOf(sid, new Uint32Array(columns.buffer), new Uint32Array(4));
  wipe(columns);
  const fields = splitFixed(message, [CORRECTIONS_LENGTH, SCALAR_LENGTH, HASH_LENGTH]);
  const opened = fields !== undefined && openRows(pads, choices, fields[0]);
  const [rows, bits] = [scalarsFromWords(pads), choiceBits(choices)];
  wipe(pads, choices);
  const [corrections, encodedEta, mu] = fields ?? [];
  const eta = encodedEta && decodeScalar(encodedEta);
  if (!opened || !corrections || !mu || eta === undefined) return { kind: "malformedMessage" };
  const expected = checkDigest(sid, checkWeights(sid, corrections), rows, { bits, eta });
  if (!equalBytes(mu, expected)) return { kind: "voleFailure" };
  return { kind: "ok", d: [gadgetProduct(gadget, rows, 0), gadgetProduct(gadget, rows, 1)] };
}
