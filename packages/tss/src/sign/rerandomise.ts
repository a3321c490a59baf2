import { concat, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, type Point, shiftUnsafe } from "../math/point.ts";
import { encodeScalar, ORDER, reduceBytes32, type Scalar } from "../math/scalar.ts";
import { hashToScalar } from "../transcript/hash.ts";

/** What one signature is made of, all public, computed by each signer itself. */
export type SigningTerms = {
  /** R of the presignature. */
  readonly noncePoint: Point;
  /** pk. */
  readonly groupKey: Point;
  /** ε: tweak of the child key, 0 for the group key itself. */
  readonly tweak: Scalar;
  /** EIP-712 digest of the intent, 32 bytes. */
  readonly digest: Uint8Array;
  /** S, ascending. */
  readonly signers: readonly PartyIndex[];
  /** 32 bytes. */
  readonly presignatureId: Uint8Array;
  /** ρ: public randomness fixed after the decision, 32 bytes. */
  readonly beacon: Uint8Array;
};

/** The re-randomised nonce and the key it signs for. */
export type Rerandomised = {
  /** m mod q, not zero. */
  readonly m: Scalar;
  /** pk' = pk + ε G. */
  readonly childKey: Point;
  /** δ, not zero. */
  readonly delta: Scalar;
  /** R' = R + δ G. */
  readonly noncePoint: Point;
  /** r' = x(R'), not zero, below q. */
  readonly r: Scalar;
  /** y(R') is odd. */
  readonly isOdd: boolean;
};

/**
 * Derives δ and R' (docs/protocol/online.md steps 2–4). δ depends on everything that is signed and on the beacon, so
 * that nobody could choose the message knowing the nonce.
 * @returns undefined if m, δ or r' is zero, pk' or R' the identity, or x(R') >= q; each has probability about 2^-128 at
 * most and costs only this presignature
 */
export function rerandomise(terms: SigningTerms): Rerandomised | undefined {
  const m = reduceBytes32(terms.digest);
  // The group key itself and not a copy of it: it has a multiplication table.
  const childKey = terms.tweak === 0n ? terms.groupKey : shiftUnsafe(terms.groupKey, terms.tweak);
  if (m === 0n || childKey.is0()) return undefined;
  const delta = rerandomiser(terms, childKey);
  const shifted = shiftNonce(terms.noncePoint, delta);
  return shifted && { m, childKey, delta, ...shifted };
}

/**
 * R' = R + δ G with its coordinates (docs/protocol/online.md steps 3 and 4). δ is no secret of this signer.
 * @returns undefined if δ or r' is zero, R' the identity, or x(R') >= q
 */
export function shiftNonce(
  noncePoint: Point,
  delta: Scalar,
): Pick<Rerandomised, "noncePoint" | "r" | "isOdd"> | undefined {
  // δ = 0 would sign with the nonce that was known before the message.
  if (delta === 0n) return undefined;
  const shifted = shiftUnsafe(noncePoint, delta);
  if (shifted.is0()) return undefined;
  const { x, y } = shifted.toAffine();
  // x >= q would need recovery id 2 or 3, which the EVM's ecrecover does not know.
  if (x === 0n || x >= ORDER) return undefined;
  return { noncePoint: shifted, r: x, isOdd: (y & 1n) === 1n };
}

/** δ = Hs('rerand', R, pk', ε, m, S, presigId, ρ). */
export function rerandomiser(terms: SigningTerms, childKey: Point): Scalar {
  return hashToScalar(
    "rerand",
    encodePoint(terms.noncePoint),
    encodePoint(childKey),
    encodeScalar(terms.tweak),
    terms.digest,
    concat(...terms.signers.map(u16)),
    terms.presignatureId,
    terms.beacon,
  );
}
