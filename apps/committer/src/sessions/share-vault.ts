import type { Keystore } from "@synod/core";
import {
  activateKeyShare,
  burnPair,
  type Domain,
  decodeKeyShare,
  decodePendingKeyShare,
  encodeKeyShare,
  encodePendingKeyShare,
  type KeyShare,
  type PartyIndex,
  type PendingKeyShare,
  partyIndex,
  recordHash,
  retireKeyShare,
  type SwitchProof,
  TssError,
  wipeKeyShare,
} from "@synod/tss";
import { equalBytes } from "./equal-bytes.ts";
import type { ShareOwner, ShareRef } from "./messages.ts";

/** A keystore whose files may be replaced as a whole, and destroyed. */
export type ShareStore = Keystore & {
  replace(name: string, secret: Uint8Array, associatedData: ShareRef["associatedData"]): void;
  destroy(name: string): void;
};

type Expected = { readonly domain: Domain; readonly self: PartyIndex };

/** The key shares of this committer, opened on first use. It lives in one thread and hands shares to nobody else. */
export class ShareVault {
  readonly #store: ShareStore;
  readonly #open = new Map<string, KeyShare>();
  readonly #pending = new Map<string, PendingKeyShare>();

  constructor(store: ShareStore) {
    this.#store = store;
  }

  /**
   * The share of an epoch.
   * Errors: the keystore's when the file is absent or does not open, `TssError` when its content is not that share, or
   * is one that has not been shown to sign yet.
   */
  load(owner: ShareOwner): KeyShare {
    const known = this.#open.get(owner.share.name);
    if (known !== undefined) return known;
    const share = this.#decode(owner, decodeKeyShare);
    this.#open.set(owner.share.name, share);
    return share;
  }

  /** The share of an epoch that takes a key over and has not been shown to sign yet. Errors: as {@link load}. */
  loadPending(owner: ShareOwner): PendingKeyShare {
    const known = this.#pending.get(owner.share.name);
    if (known !== undefined) return known;
    const pending = this.#decode(owner, decodePendingKeyShare);
    this.#pending.set(owner.share.name, pending);
    return pending;
  }

  /** Stores a share durably, in place of what an earlier attempt of the same epoch left. */
  save(ref: ShareRef, share: KeyShare): void {
    this.#replace(ref, encodeKeyShare(share));
    this.#open.set(ref.name, share);
  }

  /** Stores a pending share durably, in place of what an earlier attempt of the same epoch left. */
  savePending(ref: ShareRef, pending: PendingKeyShare): void {
    this.#replace(ref, encodePendingKeyShare(pending));
    this.#pending.set(ref.name, pending);
  }

  /**
   * Turns the pending share into one that signs and stores it as such; one that was turned before stays as it is. The
   * file is the one or the other at any moment.
   * Errors: as {@link load}; `TssError` `switchUnproven` when the proof is not of this share, which then stays pending.
   */
  activate(owner: ShareOwner, proof: SwitchProof): void {
    if (this.#isActive(owner)) return;
    const share = activateKeyShare(this.loadPending(owner), proof);
    this.#pending.delete(owner.share.name);
    this.save(owner.share, share);
  }

  /**
   * Destroys the share of an epoch whose key another epoch has taken over, here and in the store; nothing if it is gone.
   * The proof's signature does not name the record, so the own share that took over must be of the proof's record.
   * Errors: as {@link load}, for the successor too; `TssError` `switchUnproven` when the proof is not of that key or of
   * the successor: the share stays.
   */
  retire(owner: ShareOwner, successor: ShareOwner, proof: SwitchProof): void {
    if (!this.#store.has(owner.share.name)) return;
    if (!equalBytes(this.load(successor).recordHash, recordHash(proof.record)))
      throw new TssError("switchUnproven", "the proof is of another record than the share that took over");
    retireKeyShare(this.load(owner), proof);
    this.destroy(owner.share);
  }

  /** Destroys a share without more ado, here and in the store; nothing if it is gone. */
  destroy({ name }: ShareRef): void {
    const share = this.#open.get(name);
    this.#open.delete(name);
    this.#pending.delete(name);
    if (this.#store.has(name)) this.#store.destroy(name);
    if (share !== undefined) wipeOnce(share);
  }

  /** Destroys the pair state with parties that cheated, here and in the store, before anything else is sent. */
  burn(ref: ShareRef, parties: readonly number[]): void {
    const share = this.#open.get(ref.name);
    if (share === undefined) return;
    for (const party of parties) burnPair(share, partyIndex(party));
    this.save(ref, share);
  }

  #isActive(owner: ShareOwner): boolean {
    try {
      this.load(owner);
      return true;
    } catch (cause) {
      if (cause instanceof TssError && cause.code === "invalidKeyShare") return false;
      throw cause;
    }
  }

  #decode<Share>({ share, domain, self }: ShareOwner, decode: (bytes: Uint8Array, expected: Expected) => Share): Share {
    const bytes = this.#store.load(share.name, share.associatedData);
    try {
      return decode(bytes, { domain, self: partyIndex(self) });
    } finally {
      bytes.fill(0);
    }
  }

  #replace({ name, associatedData }: ShareRef, bytes: Uint8Array): void {
    try {
      this.#store.replace(name, bytes, associatedData);
    } finally {
      bytes.fill(0);
    }
  }
}

/** A retired share is wiped already. */
function wipeOnce(share: KeyShare): void {
  try {
    wipeKeyShare(share);
  } catch (cause) {
    if (!(cause instanceof TssError) || cause.code !== "secretWiped") throw cause;
  }
}
