import { createContext } from "../engine/context.ts";
import { type Opening, openSession } from "../engine/open.ts";
import type { Started } from "../engine/session.ts";
import { finalStage, stage } from "../engine/stage.ts";
import type { Domain } from "../envelope/domain.ts";
import { encodeDomain } from "../envelope/domain.ts";
import { PHASE } from "../envelope/envelope.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import type { KeyShare } from "../keyshare/key-share.ts";
import { equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, multiplyBase } from "../math/point.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { randomScalar } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { nonceCommitment } from "./hashes.ts";
import type { Presignature } from "./presignature.ts";
import { round1 } from "./round1.ts";
import { round2 } from "./round2.ts";
import { round3 } from "./round3.ts";
import { round4 } from "./round4.ts";
import type { NonceShare } from "./state.ts";
import { createPresignTerms, PRESIGN_SIZES, type PresignTerms, presignBinding } from "./terms.ts";

/** Input of {@link startPresign}. */
export type PresignInput = {
  readonly domain: Domain;
  /** Decision id, or the hash of another purpose (a slot of the pool), 32 bytes. */
  readonly purpose: Uint8Array;
  /** Never used twice for the same purpose. */
  readonly attempt: bigint;
  readonly self: PartyIndex;
  /** Exactly t members, this party among them, in any order. */
  readonly signers: readonly PartyIndex[];
  readonly share: KeyShare;
  readonly identity: IdentityKey;
  /** Parties with which this committer must not compute in this epoch. */
  readonly banned: ReadonlySet<PartyIndex>;
};

/**
 * Starts making one presignature (docs/protocol/presign.md). Independent of any message to be signed.
 * @returns the session and the first message; the output is single-use
 * @throws TssError `bannedParty` before anything is sent; `invalidParties`, `keyShareMismatch`, `invalidIdentityKey`,
 * `invalidLength`, `secretWiped`, `brokenRng`
 */
export function startPresign(input: PresignInput, rng: Rng): Started<Presignature> {
  assertShareBelongs(input);
  const terms = createPresignTerms(input.share, input.signers, input.banned);
  const context = createContext({
    ...input,
    phase: PHASE.presign,
    parties: terms.signers,
    binding: presignBinding(terms),
  });
  return openSession(context, PRESIGN_SIZES, (nonce) => openPresign(terms, nonce, rng), rng);
}

function assertShareBelongs({ share, domain, self }: PresignInput): void {
  if (!equalBytes(encodeDomain(share.record.domain), encodeDomain(domain)) || share.self !== self) {
    throw new TssError("keyShareMismatch", "the key share belongs to another key, epoch or party");
  }
}

/** R1: samples nonce and mask and commits to the nonce (docs/protocol/presign.md step R1.1). */
export function openPresign(terms: PresignTerms, nonce: Uint8Array, rng: Rng): Opening<Presignature> {
  const own = sampleNonce(terms, nonce, rng);
  return {
    kind: "opened",
    outgoing: { broadcast: own.com, direct: new Map() },
    stage: stage(round1, { terms, own, secrets: [own.r, own.phi] }, (s2) =>
      stage(round2, s2, (s3) => stage(round3, s3, (s4) => finalStage(round4, s4))),
    ),
  };
}

function sampleNonce(terms: PresignTerms, nonce: Uint8Array, rng: Rng): NonceShare {
  const r = new Secret(randomScalar(rng));
  const noncePoint = multiplyBase(r.expose());
  const phi = new Secret(randomScalar(rng));
  const salt = randomBytes(rng, 32);
  return { r, noncePoint, phi, salt, com: nonceCommitment(terms.self, nonce, encodePoint(noncePoint), salt) };
}
