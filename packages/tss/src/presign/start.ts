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
import { equalBytes, u8 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, multiplyBase } from "../math/point.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { randomScalar } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { nonceCommitment } from "./hashes.ts";
import { hedgedRng } from "./hedged-rng.ts";
import type { Presignature } from "./presignature.ts";
import { round1 } from "./round1.ts";
import { round2 } from "./round2.ts";
import { round3 } from "./round3.ts";
import { round4 } from "./round4.ts";
import type { AwaitCommitments, NonceShare } from "./state.ts";
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
  return openSession(context, PRESIGN_SIZES, (nonce) => openPresign(terms, context.handle, nonce, rng), rng);
}

function assertShareBelongs({ share, domain, self }: PresignInput): void {
  if (!equalBytes(encodeDomain(share.record.domain), encodeDomain(domain)) || share.self !== self) {
    throw new TssError("keyShareMismatch", "the key share belongs to another key, epoch or party");
  }
}

/**
 * R1: samples nonce and mask and commits to the nonce (docs/protocol/presign.md step R1.1).
 * @param handle of the session, 32 bytes
 * @param nonce this party's fresh 32 bytes of the session
 */
export function openPresign(
  terms: PresignTerms,
  handle: Uint8Array,
  nonce: Uint8Array,
  rng: Rng,
): Opening<Presignature> {
  const hedged = hedgedRng(terms.share, [u8(1), handle, nonce], rng);
  const [r, phi] = [new Secret(randomScalar(hedged)), new Secret(randomScalar(hedged))];
  return commitNonce(terms, nonce, { r, phi, salt: randomBytes(hedged, 32) });
}

/** The opening for a given nonce r_i and mask φ_i. */
export function commitNonce(
  terms: PresignTerms,
  nonce: Uint8Array,
  { r, phi, salt }: Pick<NonceShare, "r" | "phi" | "salt">,
): Opening<Presignature> {
  const noncePoint = multiplyBase(r.expose());
  const com = nonceCommitment(terms.self, nonce, encodePoint(noncePoint), salt);
  const state: AwaitCommitments = { terms, own: { r, noncePoint, phi, salt, com }, secrets: [r, phi] };
  return {
    kind: "opened",
    outgoing: { broadcast: com, direct: new Map() },
    stage: stage(round1, state, (s2) => stage(round2, s2, (s3) => stage(round3, s3, (s4) => finalStage(round4, s4)))),
  };
}
