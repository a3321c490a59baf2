import type { Keystore } from "@synod/core";
import { burnPair, type Domain, decodeKeyShare, encodeKeyShare, type KeyShare, partyIndex } from "@synod/tss";
import type { ShareRef } from "./messages.ts";

/** A keystore whose files may be replaced as a whole. */
export type ShareStore = Keystore & {
  replace(name: string, secret: Uint8Array, associatedData: ShareRef["associatedData"]): void;
};

/** The key shares of this committer, opened on first use. It lives in one thread and hands shares to nobody else. */
export class ShareVault {
  readonly #store: ShareStore;
  readonly #open = new Map<string, KeyShare>();

  constructor(store: ShareStore) {
    this.#store = store;
  }

  /**
   * The share of an epoch.
   * Errors: the keystore's when the file is absent or does not open, `TssError` when its content is not that share.
   */
  load(ref: ShareRef, domain: Domain, self: number): KeyShare {
    const known = this.#open.get(ref.name);
    if (known !== undefined) return known;
    const bytes = this.#store.load(ref.name, ref.associatedData);
    try {
      const share = decodeKeyShare(bytes, { domain, self: partyIndex(self) });
      this.#open.set(ref.name, share);
      return share;
    } finally {
      bytes.fill(0);
    }
  }

  /** Stores a share durably, in place of what an earlier attempt of the same epoch left. */
  save(ref: ShareRef, share: KeyShare): void {
    const bytes = encodeKeyShare(share);
    try {
      this.#store.replace(ref.name, bytes, ref.associatedData);
    } finally {
      bytes.fill(0);
    }
    this.#open.set(ref.name, share);
  }

  /** Destroys the pair state with parties that cheated, here and in the store, before anything else is sent. */
  burn(ref: ShareRef, parties: readonly number[]): void {
    const share = this.#open.get(ref.name);
    if (share === undefined) return;
    for (const party of parties) burnPair(share, partyIndex(party));
    this.save(ref, share);
  }
}
