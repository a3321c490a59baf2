import { mapOutput } from "../engine/map-output.ts";
import type { Started } from "../engine/session.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import type { ProofOfPossessionIntent } from "../intent/intent.ts";
import { affineCoordinates, type PublicRecord } from "../keyshare/record.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { burnPresignature, type Presignature } from "../presign/presignature.ts";
import { type PresignInput, startPresign } from "../presign/start.ts";
import type { GroupSignature } from "../sign/combine.ts";
import { startSigning } from "../sign/start.ts";
import { exposePendingShare, type PendingKeyShare } from "./pending-share.ts";

const presignaturesOf = new WeakMap<TestPresignature, Presignature>();

/** A presignature of pending shares: it can make the test signature only, once. */
export class TestPresignature {
  readonly record: PublicRecord;
  readonly recordHash: Uint8Array;

  /** Takes ownership of `presignature`. */
  constructor({ record, recordHash }: PendingKeyShare, presignature: Presignature) {
    this.record = record;
    this.recordHash = recordHash;
    presignaturesOf.set(this, presignature);
  }
}

/** Destroys an unused test presignature. Safe to call twice. */
export function burnTestPresignature(presignature: TestPresignature): void {
  const inner = presignaturesOf.get(presignature);
  if (inner !== undefined) burnPresignature(inner);
}

/** Input of {@link startTestPresign}. */
export type TestPresignInput = Omit<PresignInput, "domain" | "purpose" | "self" | "share"> & {
  readonly share: PendingKeyShare;
};

/**
 * Presigns with pending shares (docs/protocol/reshare.md step S.2). The purpose is the record's hash.
 * @throws TssError what `startPresign` throws
 */
export function startTestPresign(input: TestPresignInput, rng: Rng): Started<TestPresignature> {
  const pending = input.share;
  const { record, recordHash, self } = pending;
  const presign = { ...input, domain: record.domain, purpose: recordHash, self, share: exposePendingShare(pending) };
  return mapOutput(startPresign(presign, rng), (presignature) => new TestPresignature(pending, presignature));
}

/** What the new committee's shares sign to show that they work (docs/protocol/reshare.md step S.2). */
export function possessionIntent(record: PublicRecord, membersHash: Uint8Array): ProofOfPossessionIntent {
  const { domain, groupKey } = record;
  const { x, y } = affineCoordinates(groupKey);
  return {
    kind: "proofOfPossession",
    chainId: domain.chainId,
    committeeRegistry: domain.verifyingContract,
    committeeId: domain.keyId,
    epoch: domain.epoch,
    membersHash,
    groupKeyX: x,
    groupKeyY: y,
  };
}

/** Input of {@link startTestSigning}. */
export type TestSigningInput = {
  /** Consumed by the call, whatever happens then. */
  readonly presignature: TestPresignature;
  readonly self: PartyIndex;
  /** Never used twice for one record. */
  readonly attempt: bigint;
  /** Hash of the new members as the registry computes it, 32 bytes. */
  readonly membersHash: Uint8Array;
  readonly identity: IdentityKey;
};

/**
 * Makes the test signature (docs/protocol/reshare.md step S.2): a proof of possession for the new epoch, which is all
 * that pending shares can sign. Beacon: the record's hash, because no one can choose what is signed.
 * @throws TssError what `startSigning` throws
 */
export function startTestSigning(input: TestSigningInput, rng: Rng): Started<GroupSignature> {
  const { self, attempt, membersHash, identity } = input;
  const { record, recordHash } = input.presignature;
  const presignature = presignaturesOf.get(input.presignature);
  if (presignature === undefined) throw new TssError("stateConsumed", "this is no test presignature of this library");
  const intent = possessionIntent(record, membersHash);
  const common = { domain: record.domain, purpose: recordHash, attempt, self, identity, intent };
  return startSigning({ ...common, presignature, tweak: 0n, beacon: recordHash }, rng);
}
