import { isSignedBy, SIGNATURE_LENGTH } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import { intentDigest } from "../intent/intent.ts";
import { isRecordSignedBy } from "../keygen/confirmation.ts";
import { assertRecord, exposeKeyShare, type KeyShare, wipeKeyShare } from "../keyshare/key-share.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import { equalBytes } from "../math/bytes.ts";
import { knownPoint } from "../math/known-point.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { exposePendingShare, type PendingKeyShare, takePendingShare } from "./pending-share.ts";
import { isSuccessor } from "./terms.ts";
import { possessionIntent } from "./test-signature.ts";

/** Shows that a new committee holds its shares and that they sign under the group key. Public. */
export type SwitchProof = {
  /** Of the new epoch. */
  readonly record: PublicRecord;
  /** Identity signature of every new member over the record, 64 bytes each. */
  readonly recordSignatures: ReadonlyMap<PartyIndex, Uint8Array>;
  /** Hash of the new members as the registry computes it, 32 bytes. */
  readonly membersHash: Uint8Array;
  /** The test signature, 65 bytes: r ‖ s ‖ v. */
  readonly signature: Uint8Array;
};

/** What is left of a retired share. */
export type RetiredKeyShare = {
  readonly self: PartyIndex;
  /** The record whose share is gone, 32 bytes. */
  readonly recordHash: Uint8Array;
  /** The record that took over, 32 bytes. */
  readonly successor: Uint8Array;
};

/**
 * Turns a pending share into one that signs (docs/protocol/reshare.md step S.3).
 *
 * Side effects: `pending` is spent; it stays as it is if the proof is refused.
 * @throws TssError `switchUnproven`, `secretWiped` (activated or discarded before)
 */
export function activateKeyShare(pending: PendingKeyShare, proof: SwitchProof): KeyShare {
  exposePendingShare(pending);
  if (!equalBytes(recordHash(proof.record), pending.recordHash)) throw unproven("the proof is of another record");
  assertSwitchProof(proof);
  return takePendingShare(pending);
}

/**
 * Destroys the share of an epoch that has ended (docs/protocol/reshare.md step S.4): the only way from an active share
 * to a retired one, and only once the successors have signed. The chain's activation of the new epoch must be final.
 *
 * Side effects: wipes `old`; it stays as it is if the proof is refused.
 * @throws TssError `switchUnproven` (the proof is not of a later epoch of this key, or does not verify), `secretWiped`
 */
export function retireKeyShare(old: KeyShare, proof: SwitchProof): RetiredKeyShare {
  exposeKeyShare(old);
  const { record } = proof;
  const isSameKey =
    isSuccessor(old.record.domain, record.domain) &&
    equalBytes(old.record.groupKey, record.groupKey) &&
    equalBytes(old.record.chainCodeHash, record.chainCodeHash);
  if (!isSameKey) throw unproven("the proof is not of a later epoch of this key");
  assertSwitchProof(proof);
  wipeKeyShare(old);
  return { self: old.self, recordHash: old.recordHash, successor: recordHash(record) };
}

/** Every new member has signed the record after it had checked its share, and t' of them have signed with theirs. */
function assertSwitchProof({ record, recordSignatures, membersHash, signature }: SwitchProof): void {
  assertRecord(record);
  for (const member of record.parties.keys()) {
    const recordSignature = recordSignatures.get(member);
    if (recordSignature === undefined || !isRecordSignedBy(record, member, recordSignature)) {
      throw unproven(`member ${member} has not signed the record`);
    }
  }
  const groupKey = knownPoint(record.groupKey);
  const digest = intentDigest(possessionIntent(record, membersHash));
  const compact = signature.subarray(0, SIGNATURE_LENGTH);
  if (groupKey === undefined || signature.length !== SIGNATURE_LENGTH + 1 || !isSignedBy(groupKey, digest, compact)) {
    throw unproven("the test signature is not the group key's for the new epoch");
  }
}

function unproven(reason: string): TssError {
  return new TssError("switchUnproven", `the new committee is not proved to sign: ${reason}`);
}
