import { blameNobody } from "../engine/abort.ts";
import { createContext, type SessionContext } from "../engine/context.ts";
import { type Opening, openSession } from "../engine/open.ts";
import type { Started } from "../engine/session.ts";
import { evenSize, finalStage, type RoundSize } from "../engine/stage.ts";
import { type Domain, encodeDomain } from "../envelope/domain.ts";
import { PHASE } from "../envelope/envelope.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import { assertIntentBelongs } from "../intent/belongs.ts";
import { intentDigest, type SigningIntent } from "../intent/intent.ts";
import { assertLength, concat, equalBytes } from "../math/bytes.ts";
import { knownPoint } from "../math/known-point.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { encodeScalar, reduce, SCALAR_LENGTH, type Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";
import { type Presignature, type PresignatureSecrets, takePresignature } from "../presign/presignature.ts";
import type { GroupSignature, PartialSignature } from "./combine.ts";
import { type Rerandomised, rerandomise, type SigningTerms } from "./rerandomise.ts";
import { type AwaitPartials, round1 } from "./round1.ts";

/** Input of {@link startSigning}. */
export type SigningInput = {
  readonly domain: Domain;
  /** Decision id, or the hash of another purpose, 32 bytes. */
  readonly purpose: Uint8Array;
  readonly attempt: bigint;
  readonly self: PartyIndex;
  /** Consumed by the call, whatever happens then. */
  readonly presignature: Presignature;
  /** What is signed, typed: its digest is computed here from the fields. */
  readonly intent: SigningIntent;
  /** ε: tweak of the child key, 0n for the group key itself. */
  readonly tweak: Scalar;
  /** ρ: public randomness that nobody could know when the decision was submitted, 32 bytes. */
  readonly beacon: Uint8Array;
  readonly identity: IdentityKey;
};

const SIGN_SIZES: readonly RoundSize[] = [evenSize(2 * SCALAR_LENGTH, 0)];

/**
 * Consumes a presignature and signs (docs/protocol/online.md). One message of 64 bytes per signer.
 * @returns the session and its only message; every signer's output is the full, verified signature
 * @throws TssError `stateConsumed` if the presignature was used before; `keyShareMismatch`, `invalidIdentityKey`,
 * `invalidLength`, `integerOutOfRange`, `scalarOutOfRange`, `unknownIntent`, `intentMismatch`
 */
export function startSigning(input: SigningInput, rng: Rng): Started<GroupSignature> {
  // Taken first: no path out of this function leaves a presignature that was shown a message.
  const shares = takePresignature(input.presignature);
  try {
    const terms = signingTerms(input);
    const begin = () => openSigning(terms, shares);
    return openSession(signingContext(input, terms), SIGN_SIZES, begin, rng);
  } finally {
    for (const secret of Object.values<Secret<Scalar>>(shares)) secret.wipe();
  }
}

/** Checks what is to be signed against the presignature. Throws what {@link startSigning} throws. */
export function signingTerms(input: SigningInput): SigningTerms {
  const { presignature, tweak, beacon } = input;
  const { terms } = presignature;
  assertLength(beacon, 32, "beacon");
  const belongs = equalBytes(encodeDomain(terms.domain), encodeDomain(input.domain)) && terms.self === input.self;
  if (!belongs) throw new TssError("keyShareMismatch", "the presignature belongs to another key, epoch or party");
  const noncePoint = knownPoint(terms.noncePoint);
  const groupKey = knownPoint(terms.groupKey);
  if (!noncePoint || !groupKey) throw new TssError("invalidKeyShare", "the presignature holds an invalid point");
  const signers = [...terms.parties.keys()];
  const digest = intentDigest(input.intent);
  assertIntentBelongs(input.intent, terms.domain, terms.groupKey);
  return { noncePoint, groupKey, tweak, digest, signers, presignatureId: terms.id, beacon };
}

/** Signers with another message, tweak or beacon are in another session: their messages never meet. */
function signingContext(input: SigningInput, terms: SigningTerms): SessionContext {
  const { parties, recordHash } = input.presignature.terms;
  const { presignatureId, digest, tweak, beacon } = terms;
  return createContext({
    ...input,
    phase: PHASE.sign,
    parties,
    binding: concat(recordHash, presignatureId, digest, encodeScalar(tweak), beacon),
  });
}

/** Steps 2–5: re-randomises the nonce and computes this signer's partial signature. */
export function openSigning(terms: SigningTerms, shares: PresignatureSecrets): Opening<GroupSignature> {
  const rerandomised = rerandomise(terms);
  if (rerandomised === undefined) return { kind: "abort", abort: blameNobody("degenerateSignature") };
  const [own, again] = [0, 1].map(() => partialSignature(rerandomised, terms.tweak, shares));
  // Computed twice: a faulty partial signature could tell more about the shares than a right one.
  if (own === undefined || own.u !== again?.u || own.w !== again.w) {
    return { kind: "abort", abort: blameNobody("degenerateSignature") };
  }
  const state: AwaitPartials = { rerandomised, own, secrets: [] };
  return {
    kind: "opened",
    outgoing: { broadcast: concat(encodeScalar(own.u), encodeScalar(own.w)), direct: new Map() },
    stage: finalStage(round1, state),
  };
}

/** u'_i = u_i + δ φ_i and w_i = m φ_i + r' (v_i + ε φ_i). */
function partialSignature(terms: Rerandomised, tweak: Scalar, shares: PresignatureSecrets): PartialSignature {
  const phi = shares.phi.expose();
  const u = reduce(shares.u.expose() + terms.delta * phi);
  const w = reduce(terms.m * phi + terms.r * reduce(shares.v.expose() + tweak * phi));
  return { u, w };
}
