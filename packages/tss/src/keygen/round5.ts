import { type AbortReason, blamePublicly } from "../engine/abort.ts";
import type { FinalRound, FinalStep, Inbox } from "../engine/stage.ts";
import { isSignedBy, SIGNATURE_LENGTH } from "../envelope/identity-key.ts";
import { KeyShare } from "../keyshare/key-share.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import { equalBytes, splitFixed } from "../math/bytes.ts";
import { knownPoint } from "../math/known-point.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint } from "../math/point.ts";
import { decodeProof, PROOF_LENGTH, type SchnorrProof, verifyKnowledge } from "../math/schnorr.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { recordSignatureDigest, shareStatement } from "./hashes.ts";
import type { AwaitConfirmations } from "./state.ts";

/** Result of a key generation. The share is pending until the record's hash is confirmed on chain. */
export type KeygenOutput = {
  readonly share: KeyShare;
  readonly record: PublicRecord;
  /** What every committer confirms on chain, 32 bytes. */
  readonly recordHash: Uint8Array;
  /** Identity signature of every member over the record, 64 bytes each, ascending. */
  readonly recordSignatures: ReadonlyMap<PartyIndex, Uint8Array>;
};

type Message = {
  readonly proof: SchnorrProof;
  readonly setupHash: Uint8Array;
  readonly recordHash: Uint8Array;
  readonly signature: Uint8Array;
};

/** R5 → output: everybody has proved its share and signed the record (docs/protocol/dkg.md steps F.1–F.3). */
export const round5: FinalRound<AwaitConfirmations, Message, KeygenOutput> = {
  decode({ broadcast }) {
    const fields = splitFixed(broadcast, [PROOF_LENGTH, HASH_LENGTH, HASH_LENGTH, SIGNATURE_LENGTH]);
    const proof = fields && decodeProof(fields[0]);
    return proof && { proof, setupHash: fields[1], recordHash: fields[2], signature: fields[3] };
  },
  run(state, inbox) {
    const hash = recordHash(state.record);
    const failure = findFailure(state, inbox, hash);
    return failure ? { kind: "abort", abort: failure } : finish(state, inbox, hash);
  },
};

/** F.1–F.3 The views agree already, so each of these is the sender's own doing and anybody can recompute it. */
function findFailure(state: AwaitConfirmations, inbox: Inbox<Message>, hash: Uint8Array): AbortReason | undefined {
  const parts = { rounds: [4, 5], openings: state.encodedOpenings };
  const mismatched = senders(inbox, (message) => !equalBytes(message.recordHash, hash));
  if (mismatched.length > 0) return blamePublicly("recordMismatch", mismatched, parts);
  const unproved = senders(inbox, (message, party) => !provesShare(state, party, message));
  if (unproved.length > 0) return blamePublicly("keyShareProof", unproved, parts);
  const digest = recordSignatureDigest(hash);
  const unsigned = senders(inbox, ({ signature }, party) => {
    const key = state.terms.parties.get(party);
    const publicKey = key && knownPoint(key);
    return publicKey === undefined || !isSignedBy(publicKey, digest, signature);
  });
  return unsigned.length > 0 ? blamePublicly("recordSignature", unsigned, parts) : undefined;
}

function senders(inbox: Inbox<Message>, isBad: (message: Message, party: PartyIndex) => boolean): PartyIndex[] {
  return [...inbox].filter(([party, message]) => isBad(message, party)).map(([party]) => party);
}

function provesShare(state: AwaitConfirmations, party: PartyIndex, message: Message): boolean {
  const encoded = state.record.verificationShares.get(party);
  const subject = encoded && decodePoint(encoded);
  const { setupHash, recordHash: hash } = message;
  const statement = shareStatement(state.dsid, party, { e2: state.e2, recordHash: hash, setupHash });
  return subject !== undefined && verifyKnowledge(statement, subject, message.proof);
}

function finish(state: AwaitConfirmations, inbox: Inbox<Message>, hash: Uint8Array): FinalStep<KeygenOutput> {
  const { terms, record } = state;
  const recordSignatures = new Map(
    [...terms.parties.keys()].map((party) => [party, inbox.get(party)?.signature ?? state.ownSignature]),
  );
  const share = new KeyShare(terms.self, record, state.share);
  return { kind: "finish", output: { share, record, recordHash: hash, recordSignatures }, keeps: state.secrets };
}
