import { splitEqual } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint, multiplyBase, POINT_LENGTH } from "../math/point.ts";
import { evaluateCommitment, type PolynomialCommitment } from "../math/polynomial.ts";
import type { Rng } from "../math/rng.ts";
import type { Scalar } from "../math/scalar.ts";
import {
  decodeProof,
  encodeProof,
  PROOF_LENGTH,
  proveKnowledge,
  type SchnorrProof,
  verifyKnowledge,
} from "../math/schnorr.ts";
import type { Secret } from "../math/secret.ts";
import { coefficientStatement } from "./hashes.ts";

/** What the proofs of one dealer's coefficients are bound to. */
export type ProofContext = {
  /** Session id of the key generation or reshare, 32 bytes. */
  readonly dsid: Uint8Array;
  /** Hash of all commitments, 32 bytes. */
  readonly e1: Uint8Array;
  readonly prover: PartyIndex;
};

/** One encoded proof for each coefficient (docs/protocol/dkg.md step R3.4). */
export function proveCoefficients(
  { dsid, e1, prover }: ProofContext,
  polynomial: readonly Secret<Scalar>[],
  commitment: PolynomialCommitment,
  rng: Rng,
): readonly Uint8Array[] {
  return commitment.map((point, k) => {
    const coefficient = polynomial[k]?.expose() ?? 0n;
    return encodeProof(proveKnowledge(coefficientStatement(dsid, e1, prover, k), coefficient, point, rng));
  });
}

/** Whether every coefficient has its proof (docs/protocol/dkg.md step R4.2). */
export function verifyCoefficients(
  { dsid, e1, prover }: ProofContext,
  commitment: PolynomialCommitment,
  proofs: readonly SchnorrProof[],
): boolean {
  return commitment.every((point, k) => {
    const proof = proofs[k];
    return proof !== undefined && verifyKnowledge(coefficientStatement(dsid, e1, prover, k), point, proof);
  });
}

/** The points of `size` coefficients; undefined unless each of them is canonical, and so not the identity. */
export function decodeCommitment(bytes: Uint8Array, size: number): PolynomialCommitment | undefined {
  return decodeEach(splitEqual(bytes, size, POINT_LENGTH), decodePoint);
}

/** The proofs of `size` coefficients; undefined unless each of them is canonical. */
export function decodeProofs(bytes: Uint8Array, size: number): readonly SchnorrProof[] | undefined {
  return decodeEach(splitEqual(bytes, size, PROOF_LENGTH), decodeProof);
}

function decodeEach<T>(
  pieces: readonly Uint8Array[] | undefined,
  decode: (bytes: Uint8Array) => T | undefined,
): readonly T[] | undefined {
  const values = pieces?.map(decode).filter((value) => value !== undefined);
  return values?.length === pieces?.length ? values : undefined;
}

/** Feldman's check: whether a share is the dealer's public polynomial at `to`. A share of zero is one like any other. */
export function isDealtShare(commitment: PolynomialCommitment, to: PartyIndex, share: Scalar): boolean {
  return multiplyBase(share).equals(evaluateCommitment(commitment, to));
}
