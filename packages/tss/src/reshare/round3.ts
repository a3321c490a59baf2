import { type AbortReason, blamePairwise, blamePublicly } from "../engine/abort.ts";
import { type Inbox, type Incoming, type Round, type RoundTools, type Step, sendersWhere } from "../engine/stage.ts";
import { commitmentHash, encodeCommitment } from "../keygen/hashes.ts";
import { encodeOpening, openingsHash } from "../keygen/outcome.ts";
import { decodeCommitment, decodeProofs, verifyCoefficients } from "../keygen/proofs.ts";
import { equalBytes, splitFixed } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { evaluatePolynomial, type PolynomialCommitment } from "../math/polynomial.ts";
import { randomBytes } from "../math/rng.ts";
import { encodeScalar } from "../math/scalar.ts";
import type { SchnorrProof } from "../math/schnorr.ts";
import { Secret } from "../math/secret.ts";
import { ZERO_SEED_LENGTH } from "../primitives/zero-share.ts";
import { returnSetups } from "../setup/return.ts";
import type { AwaitReturns } from "../setup/state.ts";
import { H } from "../transcript/hash.ts";
import { hiddenValues } from "./hashes.ts";
import { addressAll, openingLayout, partnersOf, treesLayout } from "./layout.ts";
import type { AwaitOpenings, AwaitShares } from "./state.ts";

/** What a dealer opens. */
type Opened = {
  readonly commitment: PolynomialCommitment;
  readonly encoded: Uint8Array;
  readonly salt: Uint8Array;
};

type Message = {
  /** Undefined from a party that does not deal. */
  readonly opening: (Opened & { readonly proofs: readonly SchnorrProof[] }) | undefined;
  /** cc, 32 bytes, from a dealer to a new member; otherwise empty. */
  readonly chainCode: Uint8Array;
  /** Message 2 of the pair setup; empty unless both are new members. */
  readonly setup: Uint8Array;
};

/** R3 → R4: the openings, proofs and chain code are there (docs/protocol/reshare.md steps R4.1–R4.7). */
export const round3: Round<AwaitOpenings, Message, AwaitShares> = {
  decode({ broadcast, direct }, { terms }, from) {
    const fields = splitFixed(direct, treesLayout(terms, from, terms.self));
    const opening = terms.dealers.has(from) ? decodeOpening(broadcast, openingLayout(terms), terms.minSigners) : "none";
    if (fields === undefined || opening === undefined) return undefined;
    return { opening: opening === "none" ? undefined : opening, chainCode: fields[0], setup: fields[1] };
  },
  run(state, inbox, tools) {
    const failure = findFailure(state, inbox);
    if (failure !== undefined) return { kind: "abort", abort: failure };
    // R4.5 What a failed pair setup has drawn is gone; the next attempt draws anew.
    const returned = returnSetups(state.setups, inbox);
    if (returned.kind === "failed") return { kind: "abort", abort: blamePairwise("pairSetup", returned.culprits) };
    return dealShares(state, inbox, returned, tools);
  },
};

/** |G| and the number of proofs are exactly t': the length is fixed, and no encoding of the identity exists. */
function decodeOpening(
  broadcast: Incoming["broadcast"],
  layout: ReturnType<typeof openingLayout>,
  minSigners: number,
): Message["opening"] {
  const fields = splitFixed(broadcast, layout);
  const commitment = fields && decodeCommitment(fields[0], minSigners);
  const proofs = fields && decodeProofs(fields[2], minSigners);
  return commitment && proofs && { commitment, encoded: fields[0], salt: fields[1], proofs };
}

/** R4.1–R4.4 What a dealer signed is wrong: anybody who has the old record can recompute each of these. */
function findFailure(state: AwaitOpenings, inbox: Inbox<Message>): AbortReason | undefined {
  const dealt = new Map([...inbox].flatMap(([from, { opening }]) => (opening ? [[from, opening] as const] : [])));
  // R4.1 A commitment that does not open.
  const misopened = sendersWhere(dealt, (opening, from) => !opensCommitment(state, from, opening));
  if (misopened.length > 0) return blamePublicly("commitmentOpening", misopened, { rounds: [1, 3] });
  // R4.2 Every coefficient is proved.
  const unproved = sendersWhere(dealt, ({ commitment, proofs }, prover) => {
    return !verifyCoefficients({ dsid: state.dsid, e1: state.e1, prover }, commitment, proofs);
  });
  if (unproved.length > 0) return blamePublicly("proofOfKnowledge", unproved, { rounds: [2, 3] });
  // R4.3 The constant term is the dealer's own share, weighted. The sum alone would let two cheaters hide each other.
  const unanchored = sendersWhere(dealt, ({ commitment }, from) => !isAnchored(state, from, commitment));
  if (unanchored.length > 0) return blamePublicly("dealerAnchor", unanchored, { rounds: [3] });
  // R4.4 All new members derive the same child keys as the old ones.
  const misled = sendersWhere(inbox, ({ chainCode }) => chainCode.length > 0 && !isChainCode(state, chainCode));
  if (misled.length === 0) return undefined;
  return blamePublicly("chainCodeMismatch", misled, { rounds: [3], opensDirect: true });
}

function opensCommitment({ coms, nonces }: AwaitOpenings, dealer: PartyIndex, { encoded, salt }: Opened): boolean {
  const [com, nonce] = [coms.get(dealer), nonces.get(dealer)];
  return (
    com !== undefined &&
    nonce !== undefined &&
    equalBytes(com, commitmentHash(dealer, nonce, hiddenValues(encoded, salt)))
  );
}

function isAnchored({ terms }: AwaitOpenings, dealer: PartyIndex, [constant]: PolynomialCommitment): boolean {
  const anchor = terms.dealers.get(dealer)?.anchor;
  return anchor !== undefined && (constant?.equals(anchor) ?? false);
}

function isChainCode({ terms }: AwaitOpenings, chainCode: Uint8Array): boolean {
  return equalBytes(terms.previous.chainCodeHash, H("record/chain-code", chainCode));
}

/** Every dealer's opening, ascending. */
function collectOpenings({ terms, own }: AwaitOpenings, inbox: Inbox<Message>): ReadonlyMap<PartyIndex, Opened> {
  const openings = new Map<PartyIndex, Opened>();
  for (const seat of terms.dealers.keys()) {
    const opening =
      seat === terms.self ? own && { ...own, encoded: encodeCommitment(own.commitment) } : inbox.get(seat)?.opening;
    if (opening !== undefined) openings.set(seat, opening);
  }
  return openings;
}

/** R4.6–R4.7 The hash of the openings and what each new member gets in private. */
function dealShares(
  state: AwaitOpenings,
  inbox: Inbox<Message>,
  setups: { readonly state: AwaitReturns; readonly direct: ReadonlyMap<PartyIndex, Uint8Array> },
  tools: RoundTools,
): Step<AwaitShares> {
  const { terms, own, dsid } = state;
  const openings = collectOpenings(state, inbox);
  const encodedOpenings = [...openings.values()].map(({ encoded, salt }) => encodeOpening(hiddenValues(encoded, salt)));
  const e2 = openingsHash(dsid, encodedOpenings);
  const zeroHalves = new Map(partnersOf(terms).map((other) => [other, randomBytes(tools.rng, ZERO_SEED_LENGTH)]));
  const polynomial = own?.polynomial.map((coefficient) => coefficient.expose());
  const direct = addressAll(terms, (to) => [
    polynomial && terms.receivers.has(to) ? encodeScalar(evaluatePolynomial(polynomial, to)) : undefined,
    zeroHalves.get(to),
    setups.direct.get(to),
  ]);
  const isReceiver = terms.receivers.has(terms.self);
  const ownPart = polynomial && isReceiver ? new Secret(evaluatePolynomial(polynomial, terms.self)) : undefined;
  const chainCode = isReceiver ? (own?.chainCode ?? givenChainCode(inbox)) : undefined;
  const kept = [ownPart, chainCode].filter((secret) => secret !== undefined);
  const next: AwaitShares = {
    terms,
    ownPart,
    dsid,
    commitments: new Map([...openings].map(([seat, { commitment }]) => [seat, commitment])),
    encodedOpenings,
    e2,
    chainCode,
    setups: setups.state,
    zeroHalves,
    secrets: [...kept, ...zeroHalves.values(), ...setups.state.secrets],
  };
  return { kind: "advance", next, outgoing: { broadcast: e2, direct } };
}

/** The chain code that all dealers gave. */
function givenChainCode(inbox: Inbox<Message>): Uint8Array | undefined {
  return [...inbox.values()].find(({ chainCode }) => chainCode.length > 0)?.chainCode;
}
