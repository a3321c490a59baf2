import { createContext } from "../engine/context.ts";
import { type Opening, openSession } from "../engine/open.ts";
import type { Started } from "../engine/session.ts";
import { finalStage, stage } from "../engine/stage.ts";
import type { Domain } from "../envelope/domain.ts";
import { PHASE } from "../envelope/envelope.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { commitmentHash, encodeCommitment } from "../keygen/hashes.ts";
import { exposeKeyShare, type KeyShare } from "../keyshare/key-share.ts";
import { u8 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { commitPolynomial, type Polynomial, samplePolynomialWithConstant } from "../math/polynomial.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { multiplyScalars } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { hedgedRng } from "../presign/hedged-rng.ts";
import { hiddenValues } from "./hashes.ts";
import { reshareSizes } from "./layout.ts";
import { round1 } from "./round1.ts";
import { round2 } from "./round2.ts";
import { round3 } from "./round3.ts";
import { round4 } from "./round4.ts";
import { type ReshareOutput, round5 } from "./round5.ts";
import type { Handover } from "./seats.ts";
import { type AwaitCommitments, type Dealing, dealingSecrets } from "./state.ts";
import { createReshareTerms, type ReshareTerms, reshareBinding } from "./terms.ts";

/** Input of {@link startReshare}. */
export type ReshareInput = Handover & {
  /** Domain of the new epoch: same chain, registry and key id as the previous one, a later epoch. */
  readonly domain: Domain;
  /** Never used twice for the same new epoch. */
  readonly attempt: bigint;
  /** t': how many new shares sign, 2..n'. */
  readonly minSigners: number;
  /** This party's share of the previous epoch if it deals; not changed. Ignored at a party that does not deal. */
  readonly share: KeyShare | undefined;
  readonly identity: IdentityKey;
};

/**
 * Starts handing a key over to a new committee or a new epoch (docs/protocol/reshare.md). All dealers and all new
 * members take part. The key stays; every share changes; the old shares stay valid until each owner retires its own.
 * @returns the session and the first message; parties are named by their seats, see `reshareSeats`
 * @throws TssError `invalidKeyShare`, `invalidDomain`, `invalidParties`, `invalidIdentityKey`, `keyShareMismatch`,
 * `secretWiped`, `integerOutOfRange`, `brokenRng`
 */
export function startReshare(input: ReshareInput, rng: Rng): Started<ReshareOutput> {
  const terms = createReshareTerms(input);
  const { domain, self, parties, identity } = terms;
  const context = createContext({
    domain,
    phase: PHASE.reshare,
    purpose: domain.keyId,
    attempt: input.attempt,
    self,
    parties,
    identity,
    binding: reshareBinding(terms),
  });
  return openSession(context, reshareSizes(terms), (nonce) => openReshare(terms, context.handle, nonce, rng), rng);
}

/** Input of {@link startRefresh}. */
export type RefreshInput = {
  /** This party's share; it names the committee, which stays. */
  readonly share: KeyShare;
  /** T: any t members or more, up to all. */
  readonly dealers: readonly PartyIndex[];
  /** Later than the share's epoch. */
  readonly epoch: bigint;
  /** Never used twice for the same new epoch. */
  readonly attempt: bigint;
  readonly identity: IdentityKey;
};

/**
 * Starts renewing all shares of a committee: {@link startReshare} to the same members and the same t.
 * @throws TssError what {@link startReshare} throws
 */
export function startRefresh(input: RefreshInput, rng: Rng): Started<ReshareOutput> {
  const { share, dealers, epoch, attempt, identity } = input;
  const { record: previous } = share;
  const { parties, minSigners } = previous;
  const domain = { ...previous.domain, epoch };
  return startReshare({ previous, dealers, parties, domain, attempt, minSigners, share, identity }, rng);
}

/**
 * R1: a dealer samples its polynomial and commits to it (docs/protocol/reshare.md step R1.1).
 * @param handle of the session, 32 bytes
 * @param nonce this party's fresh 32 bytes of the session
 */
export function openReshare(
  terms: ReshareTerms,
  handle: Uint8Array,
  nonce: Uint8Array,
  rng: Rng,
): Opening<ReshareOutput> {
  const { share } = terms;
  if (share === undefined) return openWith(terms, undefined);
  // A weak source alone must not reveal a polynomial that shares λ_i^T s_i.
  const hedged = hedgedRng(share, [u8(PHASE.reshare), handle, nonce], rng);
  const weight = terms.dealers.get(terms.self)?.weight ?? 0n;
  const constant = multiplyScalars(weight, exposeKeyShare(share).share.expose());
  const coefficients = samplePolynomialWithConstant(constant, terms.minSigners, hedged);
  return openWith(terms, commitDealing(terms, share, nonce, { coefficients, salt: randomBytes(hedged, 32) }));
}

/** The commitment to a given polynomial g_i. */
export function commitDealing(
  terms: ReshareTerms,
  share: KeyShare,
  nonce: Uint8Array,
  { coefficients, salt }: { readonly coefficients: Polynomial; readonly salt: Uint8Array },
): Dealing {
  const commitment = commitPolynomial(coefficients);
  const com = commitmentHash(terms.self, nonce, hiddenValues(encodeCommitment(commitment), salt));
  const chainCode = exposeKeyShare(share).chainCode.slice();
  return { polynomial: coefficients.map((g) => new Secret(g)), commitment, salt, com, chainCode };
}

/** The opening for a given dealing. */
export function openWith(terms: ReshareTerms, own: Dealing | undefined): Opening<ReshareOutput> {
  const state: AwaitCommitments = { terms, own, secrets: dealingSecrets(own) };
  return {
    kind: "opened",
    outgoing: { broadcast: own?.com ?? new Uint8Array(0), direct: new Map() },
    stage: stage(round1, state, (s2) =>
      stage(round2, s2, (s3) => stage(round3, s3, (s4) => stage(round4, s4, (s5) => finalStage(round5, s5)))),
    ),
  };
}
