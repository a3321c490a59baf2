import { H, hashToScalar } from "../transcript/hash.ts";
import type { Tag } from "../transcript/tags.ts";
import { concat, splitFixed, u16, wipe } from "./bytes.ts";
import type { PartyIndex } from "./party-index.ts";
import {
  combineUnsafe,
  decodePoint,
  encodePoint,
  multiplyBase,
  negatePoint,
  POINT_LENGTH,
  type Point,
} from "./point.ts";
import { type Rng, randomBytes } from "./rng.ts";
import { decodeScalar, encodeScalar, reduce, reduceBytes32, SCALAR_LENGTH, type Scalar } from "./scalar.ts";

/** Bytes of an encoded proof: the commitment point and the response. */
export const PROOF_LENGTH = POINT_LENGTH + SCALAR_LENGTH;

/** What a proof is bound to: the same secret proved under any other statement gives an invalid proof. */
export type ProofStatement = {
  /** Names the kind of proof. */
  readonly tag: Tag;
  /** The session the proof is for, 32 bytes. */
  readonly sessionId: Uint8Array;
  /** Everything else the proof commits to, for example a digest of the commitments seen; any length. */
  readonly context: Uint8Array;
  /** The party that proves. */
  readonly prover: PartyIndex;
  /** Which of the prover's proofs this is (0 for the first), 0..65535. */
  readonly position: number;
};

/** A proof of knowledge of x for X = x * G: A = a * G and z = a + c * x. */
export type SchnorrProof = { readonly commitment: Point; readonly response: Scalar };

function statementParts(statement: ProofStatement): readonly Uint8Array[] {
  return [statement.sessionId, statement.context, u16(statement.prover), u16(statement.position)];
}

function challenge(statement: ProofStatement, subject: Point, commitment: Point): Scalar {
  return hashToScalar(statement.tag, ...statementParts(statement), encodePoint(subject), encodePoint(commitment));
}

// Hedged: fresh randomness mixed with the secret and the statement, so that a weak source alone does not reveal x.
function proofNonce(statement: ProofStatement, x: Scalar, rng: Rng): Scalar {
  const seed = randomBytes(rng, 32);
  const secret = encodeScalar(x);
  const digest = H("pok/nonce", seed, secret, H(statement.tag, ...statementParts(statement)));
  const nonce = reduceBytes32(digest);
  wipe(seed, secret, digest);
  return nonce;
}

/**
 * Proves knowledge of the secret x behind `subject` = x * G (Schnorr, made non-interactive by Fiat-Shamir).
 * Throws `identityPoint` when x is 0.
 */
export function proveKnowledge(statement: ProofStatement, x: Scalar, subject: Point, rng: Rng): SchnorrProof {
  const a = proofNonce(statement, x, rng);
  const commitment = multiplyBase(a);
  return { commitment, response: reduce(a + challenge(statement, subject, commitment) * x) };
}

/** Whether z * G = A + c * X. Constant for no input: everything here is public. */
export function verifyKnowledge(statement: ProofStatement, subject: Point, proof: SchnorrProof): boolean {
  if (subject.is0() || proof.commitment.is0()) return false;
  const c = challenge(statement, subject, proof.commitment);
  return combineUnsafe(proof.response, negatePoint(subject), c).equals(proof.commitment);
}

/** 65 bytes: commitment, then response. */
export function encodeProof(proof: SchnorrProof): Uint8Array {
  return concat(encodePoint(proof.commitment), encodeScalar(proof.response));
}

/** The proof in 65 bytes; undefined for another length, a bad point or a scalar >= q. */
export function decodeProof(bytes: Uint8Array): SchnorrProof | undefined {
  const fields = splitFixed(bytes, [POINT_LENGTH, SCALAR_LENGTH]);
  if (fields === undefined) return undefined;
  const commitment = decodePoint(fields[0]);
  const response = decodeScalar(fields[1]);
  if (commitment === undefined || response === undefined) return undefined;
  return { commitment, response };
}
