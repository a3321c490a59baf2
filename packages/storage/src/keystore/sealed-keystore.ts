import type { Keystore, KeystoreAssociatedData } from "@synod/core";
import { StorageError } from "../storage-error.ts";
import { assertKeyName, assertSecretLength } from "./key-name.ts";
import { seal, unseal } from "./seal.ts";
import type { SealedBlobs } from "./sealed-blobs.ts";

/** log2 of scrypt's N: 128 MiB of memory and about a second per file. */
const COST = 17;

/** How a keystore seals. */
export interface SealingOptions {
  /** Copied; the caller wipes its own. `passphraseBytes` makes it from typed text. */
  readonly passphrase: Uint8Array;
  /**
   * log2 of scrypt's N, for tests that open thousands of files. Files made with it are refused by a keystore opened
   * without it. Absent: 17.
   */
  readonly unsafeTestScryptCost?: number;
}

/**
 * Secrets, each sealed in a file of its own: scrypt (N = 2^17, r = 8, p = 1), then AES-256-GCM with the product, the
 * name, the key id, the epoch, the party and the version as associated data.
 * Every call blocks the thread for about a second: it is used at start and at the end of a key generation.
 */
export class SealedKeystore implements Keystore {
  readonly #blobs: SealedBlobs;
  readonly #passphrase: Uint8Array;
  readonly #cost: number;
  #isClosed = false;

  /**
   * @param blobs where the files are; closed together with the keystore
   * Errors: `PASSPHRASE_EMPTY`.
   */
  constructor(blobs: SealedBlobs, { passphrase, unsafeTestScryptCost = COST }: SealingOptions) {
    if (passphrase.length === 0) throw new StorageError({ code: "PASSPHRASE_EMPTY" });
    this.#blobs = blobs;
    this.#passphrase = new Uint8Array(passphrase);
    this.#cost = unsafeTestScryptCost;
  }

  /**
   * Stores a secret under a name that is free. The caller keeps and wipes `secret`.
   * Errors: `KEY_EXISTS` when the name is taken (nothing is written), `KEY_NAME_INVALID`, `KEY_LENGTH`, `STORE_IO`,
   * `STORE_CLOSED`, and what makes the place unsafe.
   */
  save(name: string, secret: Uint8Array, associatedData: KeystoreAssociatedData): void {
    this.#assertUsable(name);
    if (this.#blobs.has(name)) throw new StorageError({ code: "KEY_EXISTS", name });
    this.#write(name, secret, associatedData, "refuse");
  }

  /** As `save`, but a file of that name is replaced as a whole: a crash leaves the old one or the new one. */
  replace(name: string, secret: Uint8Array, associatedData: KeystoreAssociatedData): void {
    this.#assertUsable(name);
    this.#write(name, secret, associatedData, "replace");
  }

  /**
   * The secret in a new array that the caller owns and wipes.
   * Errors: `KEY_MISSING`, `KEY_FOREIGN`, `KEY_OLDER`, `KEY_NEWER`, `KEY_TRUNCATED`, `KEY_DAMAGED`, `KEY_COST`,
   * `KEY_MISMATCH`, `PASSPHRASE_WRONG`, `KEY_NAME_INVALID`, `STORE_IO`, `STORE_CLOSED`, and what makes the place unsafe.
   */
  load(name: string, associatedData: KeystoreAssociatedData): Uint8Array {
    this.#assertUsable(name);
    return unseal(this.#sealingKey(), { name, associatedData }, this.#blobs.read(name));
  }

  /** See the port. Errors: `KEY_NAME_INVALID`, `STORE_IO`. */
  has(name: string): boolean {
    assertKeyName(name);
    return this.#blobs.has(name);
  }

  /**
   * Removes a secret for good: a share of an epoch that is over. On flash storage the sealed bytes may stay in a spare
   * block; without the passphrase they say nothing.
   * Errors: `KEY_MISSING`, `KEY_NAME_INVALID`, `STORE_IO`, `STORE_CLOSED`, and what makes the place unsafe.
   */
  destroy(name: string): void {
    this.#assertUsable(name);
    this.#blobs.remove(name);
  }

  /** Wipes the passphrase. Every later call fails with `STORE_CLOSED`. Calling it twice is harmless. */
  close(): void {
    this.#isClosed = true;
    this.#passphrase.fill(0);
    this.#blobs.close();
  }

  #assertUsable(name: string): void {
    if (this.#isClosed) throw new StorageError({ code: "STORE_CLOSED" });
    assertKeyName(name);
    this.#blobs.assertSafe();
  }

  #sealingKey() {
    return { passphrase: this.#passphrase, cost: this.#cost };
  }

  #write(
    name: string,
    secret: Uint8Array,
    associatedData: KeystoreAssociatedData,
    onExisting: "refuse" | "replace",
  ): void {
    assertSecretLength(name, secret);
    this.#blobs.write(name, seal(this.#sealingKey(), { name, associatedData }, secret), onExisting);
  }
}
