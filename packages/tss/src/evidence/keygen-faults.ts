import { HELLO_LENGTH } from "../engine/hello.ts";
import { isSignedBy, SIGNATURE_LENGTH } from "../envelope/identity-key.ts";
import { coefficientStatement, commitmentHash, recordSignatureDigest, shareStatement } from "../keygen/hashes.ts";
import {
  buildRecord,
  combineChainCode,
  keygenSessionId,
  openingsHash,
  sumCommitments,
  verificationShares,
} from "../keygen/outcome.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import { equalBytes, splitEqual, splitFixed } from "../math/bytes.ts";
import { decodePoint, GENERATOR, multiplyUnsafe, POINT_LENGTH } from "../math/point.ts";
import { evaluateCommitment, type PolynomialCommitment } from "../math/polynomial.ts";
import { decodeScalar, SCALAR_LENGTH } from "../math/scalar.ts";
import { decodeProof, PROOF_LENGTH, verifyKnowledge } from "../math/schnorr.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import type { Claim } from "./claim.ts";
import { nonceOf } from "./claim.ts";
import { keygenThreshold } from "./layouts.ts";

/*
 * Faults of a key generation (docs/protocol/dkg.md), decided from what the accused signed. Each function is true only if
 * the fault is certain: a message that is not canonical is another fault, and here proves nothing.
 */

/** An opening as it was broadcast. */
type Opening = {
  readonly commitment: PolynomialCommitment;
  readonly encoded: Uint8Array;
  readonly chainCodePart: Uint8Array;
  readonly salt: Uint8Array;
};

/** R4.1: the commitment of round 1 is not one to what round 3 opened. */
export function misopensContribution(claim: Claim): boolean {
  const t = keygenThreshold(claim.terms);
  const [first, third] = [claim.messages.get(1), claim.messages.get(3)];
  const nonce = nonceOf(first);
  if (t === undefined || !first || !third || !nonce || first.broadcast.length !== HELLO_LENGTH + HASH_LENGTH)
    return false;
  const opened = readOpening(third.broadcast.subarray(0, openingLength(t)), t);
  const hasProofs = third.broadcast.length === openingLength(t) + t * PROOF_LENGTH;
  if (opened === undefined || !hasProofs) return false;
  return !equalBytes(first.broadcast.slice(HELLO_LENGTH), commitmentHash(claim.culprit, nonce, opened));
}

/** R4.2: the proof of some coefficient does not verify. dsid and e1 are the accused's own. */
export function lacksCoefficientProof(claim: Claim): boolean {
  const t = keygenThreshold(claim.terms);
  const [e1, broadcast] = [claim.messages.get(2)?.broadcast, claim.messages.get(3)?.broadcast];
  if (t === undefined || e1?.length !== HASH_LENGTH || broadcast === undefined) return false;
  const opened = readOpening(broadcast.subarray(0, openingLength(t)), t);
  const proofs = all(splitEqual(broadcast.subarray(openingLength(t)), t, PROOF_LENGTH), decodeProof);
  if (opened === undefined || proofs === undefined) return false;
  const dsid = keygenSessionId(claim.sid, claim.terms.parties.size, t);
  return !opened.commitment.every((point, k) => {
    const proof = proofs[k];
    return proof !== undefined && verifyKnowledge(coefficientStatement(dsid, e1, claim.culprit, k), point, proof);
  });
}

/** R5.2: the share dealt in round 4 is not on the polynomial opened in round 3. */
export function misdealsShare(claim: Claim): boolean {
  const t = keygenThreshold(claim.terms);
  const broadcast = claim.messages.get(3)?.broadcast;
  const { direct } = claim;
  if (t === undefined || broadcast === undefined || direct === undefined || direct.payload.length < SCALAR_LENGTH)
    return false;
  const opened = readOpening(broadcast.subarray(0, openingLength(t)), t);
  const share = decodeScalar(direct.payload.subarray(0, SCALAR_LENGTH));
  if (opened === undefined || share === undefined) return false;
  return !multiplyUnsafe(GENERATOR, share).equals(evaluateCommitment(opened.commitment, direct.to));
}

/** The accused's confirmation and the record that follows from the openings it echoed. */
type Confirmation = {
  readonly dsid: Uint8Array;
  readonly e2: Uint8Array;
  readonly record: PublicRecord;
  readonly proof: Uint8Array;
  readonly setupHash: Uint8Array;
  readonly recordHash: Uint8Array;
  readonly signature: Uint8Array;
};

/** F.1: the record that the accused confirmed is not the one that follows from the openings it echoed. */
export function mismatchesRecord(claim: Claim): boolean {
  const confirmed = readConfirmation(claim);
  return confirmed !== undefined && !equalBytes(confirmed.recordHash, recordHash(confirmed.record));
}

/** F.2: the proof of the share does not verify. */
export function lacksShareProof(claim: Claim): boolean {
  const confirmed = readConfirmation(claim);
  const encoded = confirmed?.record.verificationShares.get(claim.culprit);
  const subject = encoded && decodePoint(encoded);
  const proof = confirmed && decodeProof(confirmed.proof);
  if (!confirmed || !subject || !proof) return false;
  return !verifyKnowledge(shareStatement(confirmed.dsid, claim.culprit, confirmed), subject, proof);
}

/** F.3: the signature is not one of the record by the accused's identity key. */
export function lacksRecordSignature(claim: Claim): boolean {
  const confirmed = readConfirmation(claim);
  if (confirmed === undefined) return false;
  const digest = recordSignatureDigest(recordHash(confirmed.record));
  return !isSignedBy(claim.publicKey, digest, confirmed.signature);
}

function readConfirmation(claim: Claim): Confirmation | undefined {
  const [echo, confirmation] = [claim.messages.get(4), claim.messages.get(5)];
  const fields =
    confirmation && splitFixed(confirmation.broadcast, [PROOF_LENGTH, HASH_LENGTH, HASH_LENGTH, SIGNATURE_LENGTH]);
  const outcome = echo && readOutcome(claim, echo.broadcast);
  if (fields === undefined || outcome === undefined) return undefined;
  return { ...outcome, proof: fields[0], setupHash: fields[1], recordHash: fields[2], signature: fields[3] };
}

/** The record, from the openings that hash to the echo e2, which the accused signed. */
function readOutcome(claim: Claim, e2: Uint8Array): Pick<Confirmation, "dsid" | "e2" | "record"> | undefined {
  const { terms, openings } = claim;
  const t = keygenThreshold(terms);
  if (t === undefined || openings.length !== terms.parties.size) return undefined;
  const dsid = keygenSessionId(claim.sid, terms.parties.size, t);
  if (!equalBytes(openingsHash(dsid, openings), e2)) return undefined;
  const opened = all(openings, (bytes) => readOpening(bytes, t));
  if (opened === undefined) return undefined;
  const sum = sumCommitments(
    opened.map(({ commitment }) => commitment),
    t,
  );
  const shares = verificationShares(sum, terms.parties.keys());
  const [groupKey] = sum;
  if (!groupKey || [groupKey, ...shares.values()].some((point) => point.is0())) return undefined;
  const chainCode = combineChainCode(
    dsid,
    opened.map(({ chainCodePart }) => chainCodePart),
  );
  const { domain, parties } = terms;
  return { dsid, e2, record: buildRecord({ domain, minSigners: t, parties }, { groupKey, shares, chainCode, e2 }) };
}

function openingLength(t: number): number {
  return t * POINT_LENGTH + 2 * HASH_LENGTH;
}

/** F ‖ cc ‖ salt; undefined if it is not canonical. */
function readOpening(bytes: Uint8Array, t: number): Opening | undefined {
  const fields = splitFixed(bytes, [t * POINT_LENGTH, HASH_LENGTH, HASH_LENGTH]);
  const commitment = fields && all(splitEqual(fields[0], t, POINT_LENGTH), decodePoint);
  return commitment && { commitment, encoded: fields[0], chainCodePart: fields[1], salt: fields[2] };
}

function all<A, B>(items: readonly A[] | undefined, map: (item: A) => B | undefined): readonly B[] | undefined {
  const mapped = items?.map(map).filter((value) => value !== undefined);
  return mapped?.length === items?.length ? mapped : undefined;
}
