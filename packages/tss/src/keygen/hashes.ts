import { concat, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint } from "../math/point.ts";
import type { PolynomialCommitment } from "../math/polynomial.ts";
import type { ProofStatement } from "../math/schnorr.ts";
import { H } from "../transcript/hash.ts";

/** What a commitment of round 1 hides. */
export type CommittedValues = {
  /** F_i, t points of 33 bytes. */
  readonly encoded: Uint8Array;
  /** cc_i, 32 bytes. */
  readonly chainCodePart: Uint8Array;
  /** salt_i, 32 bytes. */
  readonly salt: Uint8Array;
};

/** F_i as bytes, 33 for each coefficient. */
export function encodeCommitment(commitment: PolynomialCommitment): Uint8Array {
  return concat(...commitment.map(encodePoint));
}

/** com_i = H('dkg/com', i, nonce_i, F_i, cc_i, salt_i). */
export function commitmentHash(party: PartyIndex, nonce: Uint8Array, values: CommittedValues): Uint8Array {
  return H("dkg/com", u16(party), nonce, values.encoded, values.chainCodePart, values.salt);
}

/** What the proof for coefficient `position` of `prover` is bound to. */
export function coefficientStatement(
  dsid: Uint8Array,
  e1: Uint8Array,
  prover: PartyIndex,
  position: number,
): ProofStatement {
  return { tag: "dkg/pok", sessionId: dsid, context: e1, prover, position };
}

/** What the proof of s_i is bound to: everything the parties agreed on. */
export function shareStatement(
  dsid: Uint8Array,
  prover: PartyIndex,
  agreed: { readonly e2: Uint8Array; readonly recordHash: Uint8Array; readonly setupHash: Uint8Array },
): ProofStatement {
  const context = concat(agreed.e2, agreed.recordHash, agreed.setupHash);
  return { tag: "dkg/confirm", sessionId: dsid, context, prover, position: 0 };
}

/** Digest that each member signs with its identity key at the end: H('record/signature', recordHash). */
export function recordSignatureDigest(recordHash: Uint8Array): Uint8Array {
  return H("record/signature", recordHash);
}
