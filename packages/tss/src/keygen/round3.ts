import { type AbortReason, blameNobody, blamePairwise, blamePublicly } from "../engine/abort.ts";
import { type Inbox, type Incoming, type Round, type RoundTools, type Step, sendersWhere } from "../engine/stage.ts";
import { concat, equalBytes, splitFixed } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { POINT_LENGTH, type Point, sumPoints } from "../math/point.ts";
import { evaluatePolynomial, type PolynomialCommitment } from "../math/polynomial.ts";
import { randomBytes } from "../math/rng.ts";
import { encodeScalar } from "../math/scalar.ts";
import { PROOF_LENGTH, type SchnorrProof } from "../math/schnorr.ts";
import { returnSetups } from "../setup/return.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { commitmentHash, encodeCommitment } from "./hashes.ts";
import { combineChainCode, encodeOpening, openingsHash } from "./outcome.ts";
import { decodeCommitment, decodeProofs, verifyCoefficients } from "./proofs.ts";
import type { AwaitOpenings, AwaitShares, Contribution } from "./state.ts";

/** An opening without the proofs. */
type Opened = {
  readonly commitment: PolynomialCommitment;
  readonly encoded: Uint8Array;
  readonly chainCodePart: Uint8Array;
  readonly salt: Uint8Array;
};

type Message = Opened & { readonly proofs: readonly SchnorrProof[]; readonly setup: Uint8Array };

type Returned = Extract<ReturnType<typeof returnSetups>, { readonly kind: "ok" }>;

const EMPTY = new Uint8Array(0);

/** R3 → R4: the openings and proofs are there (docs/protocol/dkg.md steps R4.1–R4.6). */
export const round3: Round<AwaitOpenings, Message, AwaitShares> = {
  decode: (message, state) => decodeOpening(message, state.terms.minSigners),
  run(state, inbox, tools) {
    // R4.1 A commitment that does not open: anybody can recompute it from what the sender signed.
    const misopened = sendersWhere(inbox, (message, party) => !opensCommitment(state, party, message));
    if (misopened.length > 0) return abort(blamePublicly("commitmentOpening", misopened, { rounds: [1, 3] }));
    // R4.2 Every coefficient is proved, or the last to speak could choose the key.
    const unproved = sendersWhere(inbox, (message, party) => !provesCoefficients(state, party, message));
    if (unproved.length > 0) return abort(blamePublicly("proofOfKnowledge", unproved, { rounds: [2, 3] }));
    // R4.3
    const setups = returnSetups(state.setups, inbox);
    if (setups.kind === "failed") return abort(blamePairwise("pairSetup", setups.culprits));
    return dealShares(state, collectOpenings(state, inbox), setups, tools);
  },
};

/** |F| and the number of proofs are exactly t: the length is fixed, and no encoding of the identity exists. */
function decodeOpening({ broadcast, direct }: Incoming, t: number): Message | undefined {
  const fields = splitFixed(broadcast, [t * POINT_LENGTH, HASH_LENGTH, HASH_LENGTH, t * PROOF_LENGTH]);
  if (fields === undefined) return undefined;
  const [encoded, chainCodePart, salt, encodedProofs] = fields;
  const commitment = decodeCommitment(encoded, t);
  const proofs = decodeProofs(encodedProofs, t);
  if (commitment === undefined || proofs === undefined) return undefined;
  return { commitment, encoded, chainCodePart, salt, proofs, setup: direct.slice() };
}

function abort(reason: AbortReason): Step<never> {
  return { kind: "abort", abort: reason };
}

function opensCommitment(state: AwaitOpenings, party: PartyIndex, message: Message): boolean {
  const com = state.coms.get(party);
  const nonce = state.nonces.get(party);
  return com !== undefined && nonce !== undefined && equalBytes(com, commitmentHash(party, nonce, message));
}

function provesCoefficients({ dsid, e1 }: AwaitOpenings, prover: PartyIndex, message: Message): boolean {
  return verifyCoefficients({ dsid, e1, prover }, message.commitment, message.proofs);
}

function ownOpening(own: Contribution): Opened {
  return { ...own, encoded: encodeCommitment(own.commitment) };
}

/** Everybody's opening, ascending. */
function collectOpenings(state: AwaitOpenings, inbox: Inbox<Message>): ReadonlyMap<PartyIndex, Opened> {
  const { terms, own } = state;
  return new Map([...terms.parties.keys()].map((party) => [party, inbox.get(party) ?? ownOpening(own)]));
}

/** R4.4–R4.6 The group key, the chain code and what each other party gets in private. */
function dealShares(
  state: AwaitOpenings,
  openings: ReadonlyMap<PartyIndex, Opened>,
  { state: setups, direct: returned }: Returned,
  tools: RoundTools,
): Step<AwaitShares> {
  const { terms, own, dsid } = state;
  const groupKey = sumPoints(constantTerms(openings));
  if (groupKey.is0()) return abort(blameNobody("groupKeyIdentity"));
  const parts = [...openings.values()];
  const chainCode = combineChainCode(
    dsid,
    parts.map((opening) => opening.chainCodePart),
  );
  const encodedOpenings = parts.map(encodeOpening);
  const e2 = openingsHash(dsid, encodedOpenings);
  const zeroHalves = new Map(terms.others.map((other) => [other, randomBytes(tools.rng, HASH_LENGTH)]));
  const polynomial = own.polynomial.map((coefficient) => coefficient.expose());
  const direct = new Map(
    [...zeroHalves].map(([other, z]) => {
      const share = encodeScalar(evaluatePolynomial(polynomial, other));
      return [other, concat(share, z, returned.get(other) ?? EMPTY)];
    }),
  );
  const commitments = new Map([...openings].map(([party, opening]) => [party, opening.commitment]));
  const secrets = [...own.polynomial, ...setups.secrets, ...zeroHalves.values()];
  const agreed = { groupKey, chainCode, e2, encodedOpenings };
  const next: AwaitShares = { terms, own, dsid, commitments, ...agreed, setups, zeroHalves, secrets };
  return { kind: "advance", next, outgoing: { broadcast: e2, direct } };
}

function constantTerms(openings: ReadonlyMap<PartyIndex, Opened>): readonly Point[] {
  return [...openings.values()].flatMap(({ commitment }) => commitment.slice(0, 1));
}
