import { MemoryKeystore, StorageError } from "@synod/storage";
import type { ShareStore } from "../../src/sessions/share-vault.ts";

type Secret = Parameters<ShareStore["save"]>;

/** A keystore in memory whose entries may be replaced and destroyed; it can end its process at any write. */
export class ReplaceableKeystore implements ShareStore {
  writes = 0;
  /** The process dies before or after this write, counted from 1. */
  failure: { readonly write: number; readonly moment: "before" | "after" } | undefined;
  readonly #stores = new Map<string, MemoryKeystore>();

  /** Another keystore with the same content. */
  copy(): ReplaceableKeystore {
    const copy = new ReplaceableKeystore();
    for (const [name, store] of this.#stores) copy.#stores.set(name, store);
    return copy;
  }

  save(...[name, secret, associatedData]: Secret): void {
    this.#write(() => this.#fresh(name).save(name, secret, associatedData));
  }

  replace(...[name, secret, associatedData]: Secret): void {
    this.#write(() => this.#fresh(name).save(name, secret, associatedData));
  }

  load(name: string, associatedData: Secret[2]): Uint8Array {
    return (this.#stores.get(name) ?? new MemoryKeystore()).load(name, associatedData);
  }

  has(name: string): boolean {
    return this.#stores.has(name);
  }

  destroy(name: string): void {
    this.#write(() => this.#stores.delete(name));
  }

  #write(work: () => void): void {
    this.writes += 1;
    const isFailing = this.failure?.write === this.writes;
    const died = new StorageError({ code: "STORE_IO", action: "write", reason: "the process died" });
    if (isFailing && this.failure?.moment === "before") throw died;
    work();
    if (isFailing) throw died;
  }

  #fresh(name: string): MemoryKeystore {
    const store = new MemoryKeystore();
    this.#stores.set(name, store);
    return store;
  }
}
