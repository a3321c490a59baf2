import { createContext, type Parties } from "../engine/context.ts";
import { type Opening, openSession } from "../engine/open.ts";
import type { Started } from "../engine/session.ts";
import { finalStage, stage } from "../engine/stage.ts";
import type { Domain } from "../envelope/domain.ts";
import { PHASE } from "../envelope/envelope.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { commitPolynomial, samplePolynomial } from "../math/polynomial.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { Secret } from "../math/secret.ts";
import { commitmentHash, encodeCommitment } from "./hashes.ts";
import { round1 } from "./round1.ts";
import { round2 } from "./round2.ts";
import { round3 } from "./round3.ts";
import { round4 } from "./round4.ts";
import { type KeygenOutput, round5 } from "./round5.ts";
import type { AwaitCommitments, Contribution } from "./state.ts";
import { createKeygenTerms, type KeygenTerms, keygenBinding, keygenSizes } from "./terms.ts";

/** Input of {@link startKeygen}. */
export type KeygenInput = {
  readonly domain: Domain;
  /** Never used twice for the same domain. */
  readonly attempt: bigint;
  readonly self: PartyIndex;
  /** All members of the committee with their identity keys. */
  readonly parties: Parties;
  /** t: how many shares sign, 2..n. */
  readonly minSigners: number;
  readonly identity: IdentityKey;
};

/**
 * Starts a distributed key generation (docs/protocol/dkg.md). All members must take part.
 * @returns the session and the first message; the session's output is this party's share and the public record
 * @throws TssError `invalidDomain`, `invalidParties`, `invalidIdentityKey`, `brokenRng`
 */
export function startKeygen(input: KeygenInput, rng: Rng): Started<KeygenOutput> {
  const terms = createKeygenTerms(input);
  const context = createContext({
    ...input,
    phase: PHASE.keygen,
    parties: terms.parties,
    purpose: input.domain.keyId,
    binding: keygenBinding(terms),
  });
  return openSession(context, keygenSizes(input.minSigners), (nonce) => openKeygen(terms, nonce, rng), rng);
}

/** R1: samples this party's contribution and commits to it (docs/protocol/dkg.md step R1.1). */
export function openKeygen(terms: KeygenTerms, nonce: Uint8Array, rng: Rng): Opening<KeygenOutput> {
  const own = contribute(terms, nonce, rng);
  const secrets = [...own.polynomial, own.chainCodePart];
  const state: AwaitCommitments = { terms, own, secrets };
  return {
    kind: "opened",
    outgoing: { broadcast: own.com, direct: new Map() },
    stage: stage(round1, state, (s2) =>
      stage(round2, s2, (s3) => stage(round3, s3, (s4) => stage(round4, s4, (s5) => finalStage(round5, s5)))),
    ),
  };
}

function contribute(terms: KeygenTerms, nonce: Uint8Array, rng: Rng): Contribution {
  const coefficients = samplePolynomial(terms.minSigners, rng);
  const commitment = commitPolynomial(coefficients);
  const chainCodePart = randomBytes(rng, 32);
  const salt = randomBytes(rng, 32);
  const com = commitmentHash(terms.self, nonce, { encoded: encodeCommitment(commitment), chainCodePart, salt });
  return { polynomial: coefficients.map((f) => new Secret(f)), commitment, chainCodePart, salt, com };
}
