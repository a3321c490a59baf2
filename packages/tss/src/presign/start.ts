import { createContext } from "../engine/context.ts";
import { type Opening, openSession } from "../engine/open.ts";
import type { Started } from "../engine/session.ts";
import { finalStage, type Stage, stage } from "../engine/stage.ts";
import type { Domain } from "../envelope/domain.ts";
import { encodeDomain } from "../envelope/domain.ts";
import { PHASE } from "../envelope/envelope.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import type { KeyShare } from "../keyshare/key-share.ts";
import { equalBytes, u8 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { multiplyBase } from "../math/point.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { randomScalar } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { indices } from "./extensions.ts";
import { encodePoints, nonceCommitment } from "./hashes.ts";
import { hedgedRng } from "./hedged-rng.ts";
import type { Presignature } from "./presignature.ts";
import { round1 } from "./round1.ts";
import { round2 } from "./round2.ts";
import { round3 } from "./round3.ts";
import { round4 } from "./round4.ts";
import { setupRound1, setupRound2, setupRound3, setupRound4 } from "./setup-rounds.ts";
import type { AwaitCommitments, AwaitExtensions, Contribution, NonceShare } from "./state.ts";
import { createPresignTerms, type OtMode, type PresignTerms, presignBinding, presignSizes } from "./terms.ts";
import { whileHeld } from "./while-held.ts";

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
  /** Where the correlated randomness comes from: all signers must say the same. "epoch" by default. */
  readonly otMode?: OtMode;
};

/** Input of {@link startPresignBatch}. */
export type PresignBatchInput = PresignInput & {
  /** Number of presignatures, 1..16: all signers must say the same. */
  readonly count: number;
};

/**
 * Starts making one presignature (docs/protocol/presign.md). Independent of any message to be signed.
 * @returns the session and the first message; the output is single-use
 * @throws TssError `bannedParty` before anything is sent; `invalidParties`, `keyShareMismatch`, `invalidIdentityKey`,
 * `invalidLength`, `secretWiped`, `brokenRng`
 */
export function startPresign(input: PresignInput, rng: Rng): Started<Presignature> {
  return openPresignSession({ ...input, count: 1 }, openPresign, rng);
}

/**
 * Starts making up to 16 presignatures in one session, with one signed message per round for all of them. They are
 * independent of each other; a failure costs all of them.
 * @returns the session and the first message; the output has `count` presignatures, each single-use
 * @throws TssError as {@link startPresign}; `integerOutOfRange` for another count
 */
export function startPresignBatch(input: PresignBatchInput, rng: Rng): Started<readonly Presignature[]> {
  return openPresignSession(input, openPresignBatch, rng);
}

type Open<Output> = (terms: PresignTerms, handle: Uint8Array, nonce: Uint8Array, rng: Rng) => Opening<Output>;

function openPresignSession<Output>(input: PresignBatchInput, open: Open<Output>, rng: Rng): Started<Output> {
  assertShareBelongs(input);
  const { share, signers, banned, count, otMode = "epoch" } = input;
  const terms = createPresignTerms(share, signers, banned, { count, otMode });
  const context = createContext({
    ...input,
    phase: PHASE.presign,
    parties: terms.signers,
    binding: presignBinding(terms),
  });
  return openSession(context, presignSizes(terms), (nonce) => open(terms, context.handle, nonce, rng), rng);
}

function assertShareBelongs({ share, domain, self }: PresignInput): void {
  if (!equalBytes(encodeDomain(share.record.domain), encodeDomain(domain)) || share.self !== self) {
    throw new TssError("keyShareMismatch", "the key share belongs to another key, epoch or party");
  }
}

/**
 * R1: samples nonces and masks and commits to the nonces (docs/protocol/presign.md step R1.1).
 * @param handle of the session, 32 bytes
 * @param nonce this party's fresh 32 bytes of the session
 */
export function openPresignBatch(
  terms: PresignTerms,
  handle: Uint8Array,
  nonce: Uint8Array,
  rng: Rng,
): Opening<readonly Presignature[]> {
  return commitNonces(terms, nonce, sampleNonces(terms, handle, nonce, rng), (batch) => batch);
}

/** {@link openPresignBatch} for terms that ask for one presignature. */
export function openPresign(
  terms: PresignTerms,
  handle: Uint8Array,
  nonce: Uint8Array,
  rng: Rng,
): Opening<Presignature> {
  return commitNonces(terms, nonce, sampleNonces(terms, handle, nonce, rng), onlyOne);
}

/** Throws `stateConsumed` for an empty batch, which a session of one presignature cannot have. */
export function onlyOne([presignature]: readonly Presignature[]): Presignature {
  if (presignature === undefined) throw new TssError("stateConsumed", "the session made no presignature");
  return presignature;
}

/** Nonces r_i and masks φ_i of a batch, and the salt of their commitment. */
export type Sampled = {
  readonly nonces: readonly Pick<NonceShare, "r" | "phi">[];
  /** 32 bytes. */
  readonly salt: Uint8Array;
};

function sampleNonces(terms: PresignTerms, handle: Uint8Array, nonce: Uint8Array, rng: Rng): Sampled {
  const hedged = hedgedRng(terms.share, [u8(1), handle, nonce], rng);
  const nonces = indices(terms).map(() => ({
    r: new Secret(randomScalar(hedged)),
    phi: new Secret(randomScalar(hedged)),
  }));
  return { nonces, salt: randomBytes(hedged, 32) };
}

/** The opening for given nonces and masks. `deliver` makes the output of the confirmed batch. */
export function commitNonces<Output>(
  terms: PresignTerms,
  nonce: Uint8Array,
  { nonces, salt }: Sampled,
  deliver: (batch: readonly Presignature[]) => Output,
): Opening<Output> {
  // Blinded, though r_i is used once: a few bits of many nonces give the key.
  const shares = nonces.map(({ r, phi }) => ({ r, phi, noncePoint: multiplyBase(r.expose()) }));
  const points = encodePoints(shares.map(({ noncePoint }) => noncePoint));
  const own: Contribution = { nonces: shares, salt, com: nonceCommitment(terms.self, nonce, points, salt) };
  const state: AwaitCommitments = { terms, own, secrets: shares.flatMap(({ r, phi }) => [r, phi]) };
  return {
    kind: "opened",
    outgoing: { broadcast: own.com, direct: new Map() },
    stage: whileHeld(terms.share, stagesFrom(state, deliver)),
  };
}

/** The rounds of the mode, each with the state that the one before produces. */
function stagesFrom<Output>(
  state: AwaitCommitments,
  deliver: (batch: readonly Presignature[]) => Output,
): Stage<Output> {
  const fromExtensions = (extensions: AwaitExtensions) =>
    stage(round2, extensions, (openings) =>
      stage(round3, openings, (confirmations) => finalStage(round4(deliver), confirmations)),
    );
  if (state.terms.otMode === "epoch") return stage(round1, state, fromExtensions);
  return stage(setupRound1, state, (baseOts) =>
    stage(setupRound2, baseOts, (trees) =>
      stage(setupRound3, trees, (returns) => stage(setupRound4, returns, fromExtensions)),
    ),
  );
}
