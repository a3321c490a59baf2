import type { Keystore, KeystoreAssociatedData } from "@synod/core";
import { StorageError } from "../storage-error.ts";
import { encodeAssociatedData } from "./key-file.ts";
import { assertKeyName, assertSecretLength } from "./key-name.ts";

interface Slot {
  readonly associatedData: Uint8Array;
  readonly secret: Uint8Array;
}

/** Secrets that live as long as the process, unencrypted. For tests and simulation only. */
export class MemoryKeystore implements Keystore {
  readonly #slots = new Map<string, Slot>();

  /** See the port. Errors: `KEY_EXISTS`, `KEY_NAME_INVALID`, `KEY_LENGTH`. */
  save(name: string, secret: Uint8Array, associatedData: KeystoreAssociatedData): void {
    assertKeyName(name);
    if (this.#slots.has(name)) throw new StorageError({ code: "KEY_EXISTS", name });
    assertSecretLength(name, secret);
    this.#slots.set(name, {
      associatedData: encodeAssociatedData(name, associatedData),
      secret: new Uint8Array(secret),
    });
  }

  /** See the port. Errors: `KEY_MISSING`, `KEY_MISMATCH`, `KEY_NAME_INVALID`. */
  load(name: string, associatedData: KeystoreAssociatedData): Uint8Array {
    assertKeyName(name);
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new StorageError({ code: "KEY_MISSING", name });
    if (Buffer.compare(slot.associatedData, encodeAssociatedData(name, associatedData)) !== 0) {
      throw new StorageError({ code: "KEY_MISMATCH", name });
    }
    return new Uint8Array(slot.secret);
  }

  /** See the port. Errors: `KEY_NAME_INVALID`. */
  has(name: string): boolean {
    assertKeyName(name);
    return this.#slots.has(name);
  }
}
