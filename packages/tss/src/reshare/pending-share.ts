import { TssError } from "../errors.ts";
import { type KeyShare, wipeKeyShare } from "../keyshare/key-share.ts";
import type { PublicRecord } from "../keyshare/record.ts";
import type { PartyIndex } from "../math/party-index.ts";

const sharesOf = new WeakMap<PendingKeyShare, KeyShare>();

/**
 * A share of a new epoch whose committee has not shown yet that it can sign. It makes the test signature and nothing
 * else; `activateKeyShare` turns it into a {@link KeyShare}, {@link discardKeyShare} ends an unfinished switch. Its
 * secrets are not properties of the object.
 */
export class PendingKeyShare {
  readonly self: PartyIndex;
  readonly record: PublicRecord;
  /** Hash of `record`, 32 bytes. */
  readonly recordHash: Uint8Array;
  /** Identity signature of every new member over the record, 64 bytes each, ascending. */
  readonly recordSignatures: ReadonlyMap<PartyIndex, Uint8Array>;

  /** Takes ownership of `share`. */
  constructor(share: KeyShare, recordSignatures: ReadonlyMap<PartyIndex, Uint8Array>) {
    this.self = share.self;
    this.record = share.record;
    this.recordHash = share.recordHash;
    this.recordSignatures = recordSignatures;
    sharesOf.set(this, share);
  }
}

/**
 * The share inside, still owned by the pending one. Not exported from the package.
 * @throws TssError `secretWiped` once it was activated or discarded
 */
export function exposePendingShare(pending: PendingKeyShare): KeyShare {
  const share = sharesOf.get(pending);
  if (share === undefined) {
    throw new TssError("secretWiped", `the pending share of party ${pending.self} was activated or discarded`);
  }
  return share;
}

/**
 * Takes the share out. Not exported from the package.
 *
 * Side effects: `pending` is spent.
 * @throws TssError `secretWiped` once it was activated or discarded
 */
export function takePendingShare(pending: PendingKeyShare): KeyShare {
  const share = exposePendingShare(pending);
  sharesOf.delete(pending);
  return share;
}

/**
 * Destroys a new share of a switch that was given up. The old share is untouched. Only for an epoch that the chain can
 * no longer activate: a record that all members confirmed may still count.
 *
 * Side effects: `pending` is spent.
 * @throws TssError `secretWiped` once it was activated or discarded
 */
export function discardKeyShare(pending: PendingKeyShare): void {
  wipeKeyShare(takePendingShare(pending));
}
