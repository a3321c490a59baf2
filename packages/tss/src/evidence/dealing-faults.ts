import { HELLO_LENGTH } from "../engine/hello.ts";
import { type Confirmation, confirmationFailure, decodeConfirmation } from "../keygen/confirmation.ts";
import { type CommittedValues, commitmentHash } from "../keygen/hashes.ts";
import { openingsHash, sumCommitments, verificationShares } from "../keygen/outcome.ts";
import { decodeCommitment, decodeProofs, isDealtShare, verifyCoefficients } from "../keygen/proofs.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import { equalBytes, splitFixed } from "../math/bytes.ts";
import type { PolynomialCommitment } from "../math/polynomial.ts";
import { decodeScalar, SCALAR_LENGTH } from "../math/scalar.ts";
import { PROOF_LENGTH, type SchnorrProof } from "../math/schnorr.ts";
import { H, HASH_LENGTH } from "../transcript/hash.ts";
import { type Claim, nonceOf } from "./claim.ts";
import type { Dealing } from "./dealing.ts";

/*
 * Faults of a key generation or reshare (docs/protocol/dkg.md, reshare.md), decided from what the accused signed. Each
 * function is true only if the fault is certain: a message that is not canonical is another fault, and here proves
 * nothing.
 */

/** A fault in a session of this kind. */
export type DealingFault = (claim: Claim, dealing: Dealing) => boolean;

type Opening = CommittedValues & { readonly commitment: PolynomialCommitment };

/** R4.1: the commitment of round 1 is not one to what round 3 opened. */
export const misopensCommitment: DealingFault = (claim, dealing) => {
  const [first, nonce] = [claim.messages.get(1), nonceOf(claim.messages.get(1))];
  const opened = readDealt(claim, dealing)?.opening;
  if (!first || !nonce || !opened || first.broadcast.length !== HELLO_LENGTH + HASH_LENGTH) return false;
  return !equalBytes(first.broadcast.slice(HELLO_LENGTH), commitmentHash(claim.culprit, nonce, opened));
};

/** R4.2: the proof of some coefficient does not verify. dsid and e1 are the accused's own. */
export const lacksCoefficientProof: DealingFault = (claim, dealing) => {
  const e1 = claim.messages.get(2)?.broadcast;
  const dealt = readDealt(claim, dealing);
  if (e1?.length !== HASH_LENGTH || dealt === undefined) return false;
  const context = { dsid: dealing.sessionId(claim.sid), e1, prover: claim.culprit };
  return !verifyCoefficients(context, dealt.opening.commitment, dealt.proofs);
};

/** Reshare R4.3: the constant term is not the dealer's weighted share of the old record. */
export const lacksAnchor: DealingFault = (claim, dealing) => {
  const anchor = dealing.anchorOf?.(claim.culprit);
  const constant = readDealt(claim, dealing)?.opening.commitment[0];
  return anchor !== undefined && constant !== undefined && !constant.equals(anchor);
};

/** Reshare R4.4: the chain code that a dealer gave to a new member is not that of the old record. */
export const givesOtherChainCode: DealingFault = (claim, { dealers, receivers, chainCodeHash }) => {
  const { direct, culprit } = claim;
  const isGiven = direct !== undefined && dealers.includes(culprit) && receivers.includes(direct.to);
  if (!isGiven || chainCodeHash === undefined || direct.payload.length < HASH_LENGTH) return false;
  return !equalBytes(chainCodeHash, H("record/chain-code", direct.payload.subarray(0, HASH_LENGTH)));
};

/** R5.2: the share dealt in round 4 is not on the polynomial opened in round 3. */
export const misdealsShare: DealingFault = (claim, dealing) => {
  const { direct } = claim;
  const opened = readDealt(claim, dealing)?.opening;
  if (opened === undefined || direct === undefined || !dealing.receivers.includes(direct.to)) return false;
  const share = decodeScalar(direct.payload.subarray(0, SCALAR_LENGTH));
  return share !== undefined && !isDealtShare(opened.commitment, direct.to, share);
};

/** F.1: the record that the accused confirmed is not the one that follows from the openings it echoed. */
export const mismatchesRecord: DealingFault = (claim, dealing) => {
  const key = readKey(claim, dealing);
  const confirmed = confirmedHash(claim, dealing);
  return key !== undefined && confirmed !== undefined && !equalBytes(confirmed, recordHash(key.record));
};

/** F.2: the proof of the share does not verify. F.1 holds. */
export const lacksShareProof: DealingFault = (claim, dealing) => confirmationFault(claim, dealing) === "keyShareProof";

/** F.3: the signature is not one of the record by the accused's identity key. F.1 and F.2 hold. */
export const lacksRecordSignature: DealingFault = (claim, dealing) =>
  confirmationFault(claim, dealing) === "recordSignature";

function confirmationFault(claim: Claim, dealing: Dealing): string | undefined {
  const confirmation = readConfirmation(claim, dealing);
  const key = readKey(claim, dealing);
  return key && confirmation && confirmationFailure(key, new Map([[claim.culprit, confirmation]]))?.code;
}

/** What a receiver sent in round 5. */
function readConfirmation({ culprit, messages }: Claim, { receivers }: Dealing): Confirmation | undefined {
  const broadcast = messages.get(5)?.broadcast;
  return broadcast && receivers.includes(culprit) ? decodeConfirmation(broadcast) : undefined;
}

/** The hash in round 5: of a receiver in its confirmation, of a dealer who receives nothing alone. */
function confirmedHash(claim: Claim, dealing: Dealing): Uint8Array | undefined {
  if (dealing.receivers.includes(claim.culprit)) return readConfirmation(claim, dealing)?.recordHash;
  const broadcast = claim.messages.get(5)?.broadcast;
  return broadcast?.length === HASH_LENGTH ? broadcast : undefined;
}

/** The record, from the openings that hash to the echo e2 of round 4, which the accused signed. */
function readKey(
  { messages, sid, openings }: Claim,
  dealing: Dealing,
): { readonly dsid: Uint8Array; readonly record: PublicRecord } | undefined {
  const e2 = messages.get(4)?.broadcast;
  const dsid = dealing.sessionId(sid);
  if (e2 === undefined || !equalBytes(openingsHash(dsid, openings), e2)) return undefined;
  const opened = openings.map((bytes) => readOpening(bytes, dealing)).filter((opening) => opening !== undefined);
  if (opened.length !== dealing.dealers.length) return undefined;
  const commitments = opened.map(({ commitment }) => commitment);
  const sum = sumCommitments(commitments, dealing.minSigners);
  const shares = verificationShares(sum, dealing.receivers);
  const [groupKey] = sum;
  // Honest parties stop here and confirm nothing.
  if (!groupKey || [groupKey, ...shares.values()].some((point) => point.is0())) return undefined;
  const chainCodeParts = opened.map(({ chainCodePart }) => chainCodePart);
  return { dsid, record: dealing.record({ dsid, e2, groupKey, shares, chainCodeParts }) };
}

/** What a dealer broadcast in round 3. */
function readDealt(
  { culprit, messages }: Claim,
  dealing: Dealing,
): { readonly opening: Opening; readonly proofs: readonly SchnorrProof[] } | undefined {
  const t = dealing.minSigners;
  const length = dealing.openingFields.reduce((sum, bytes) => sum + bytes, 0);
  const fields = splitFixed(messages.get(3)?.broadcast ?? new Uint8Array(0), [length, t * PROOF_LENGTH]);
  if (fields === undefined || !dealing.dealers.includes(culprit)) return undefined;
  const opening = readOpening(fields[0], dealing);
  const proofs = decodeProofs(fields[1], t);
  return opening && proofs && { opening, proofs };
}

/** F ‖ chain-code part ‖ salt; undefined if it is not canonical. */
function readOpening(bytes: Uint8Array, { openingFields, minSigners }: Dealing): Opening | undefined {
  const fields = splitFixed(bytes, openingFields);
  const commitment = fields && decodeCommitment(fields[0], minSigners);
  return commitment && { commitment, encoded: fields[0], chainCodePart: fields[1], salt: fields[2] };
}
