import type { Keystore, KeystoreAssociatedData } from "@synod/core";
import { StorageError } from "../storage-error.ts";
import { assertKeyName, assertSecretLength } from "./key-name.ts";
import {
  assertPrivateFolder,
  hasFile,
  preparePrivateFolder,
  readPrivateFile,
  removePrivateFile,
  writePrivateFile,
} from "./private-folder.ts";
import { seal, unseal } from "./seal.ts";

/** log2 of scrypt's N: 128 MiB of memory and about a second per file. */
const COST = 17;

/** Options of `FileKeystore.open`. */
export interface FileKeystoreOptions {
  /** Folder of the key files; made with mode 0700 when absent. */
  readonly directory: string;
  /** Copied; the caller wipes its own. `passphraseBytes` makes it from typed text. */
  readonly passphrase: Uint8Array;
  /**
   * log2 of scrypt's N, for tests that open thousands of files. Files made with it are refused by a keystore opened
   * without it. Absent: 17.
   */
  readonly unsafeTestScryptCost?: number;
}

/**
 * Secrets on disk, each in a file of its own: scrypt (N = 2^17, r = 8, p = 1), then AES-256-GCM with the product, the
 * name, the key id, the epoch, the party and the version as associated data. Files are 0600 in a folder of 0700.
 * Every call blocks the thread for about a second: it is used at start and at the end of a key generation.
 */
export class FileKeystore implements Keystore {
  readonly #directory: string;
  readonly #passphrase: Uint8Array;
  readonly #cost: number;
  #isClosed = false;

  private constructor(options: FileKeystoreOptions) {
    this.#directory = options.directory;
    this.#passphrase = new Uint8Array(options.passphrase);
    this.#cost = options.unsafeTestScryptCost ?? COST;
  }

  /**
   * Opens a key folder. Errors: `PASSPHRASE_EMPTY`, `KEY_FOLDER_MODE`, `STORE_IO`.
   * Side effects: makes the folder when it is absent.
   */
  static open(options: FileKeystoreOptions): FileKeystore {
    if (options.passphrase.length === 0) throw new StorageError({ code: "PASSPHRASE_EMPTY" });
    preparePrivateFolder(options.directory);
    return new FileKeystore(options);
  }

  /**
   * Stores a secret under a name that is free. The caller keeps and wipes `secret`.
   * Errors: `KEY_EXISTS` when the name is taken (nothing is written), `KEY_NAME_INVALID`, `KEY_LENGTH`,
   * `KEY_FOLDER_MODE`, `STORE_IO`, `STORE_CLOSED`.
   */
  save(name: string, secret: Uint8Array, associatedData: KeystoreAssociatedData): void {
    this.#assertUsable(name);
    if (hasFile(this.#directory, name)) throw new StorageError({ code: "KEY_EXISTS", name });
    this.#write(name, secret, associatedData, "refuse");
  }

  /** As `save`, but a file of that name is replaced as a whole: a crash leaves the old one or the new one. */
  replace(name: string, secret: Uint8Array, associatedData: KeystoreAssociatedData): void {
    this.#assertUsable(name);
    this.#write(name, secret, associatedData, "replace");
  }

  /**
   * The secret in a new array that the caller owns and wipes.
   * Errors: `KEY_MISSING`, `KEY_FILE_MODE`, `KEY_FOREIGN`, `KEY_OLDER`, `KEY_NEWER`, `KEY_TRUNCATED`, `KEY_DAMAGED`,
   * `KEY_COST`, `KEY_MISMATCH`, `PASSPHRASE_WRONG`, `KEY_NAME_INVALID`, `KEY_FOLDER_MODE`, `STORE_IO`, `STORE_CLOSED`.
   */
  load(name: string, associatedData: KeystoreAssociatedData): Uint8Array {
    this.#assertUsable(name);
    const file = readPrivateFile(this.#directory, name);
    return unseal(this.#sealingKey(), { name, associatedData }, file);
  }

  /** See the port. Errors: `KEY_NAME_INVALID`. */
  has(name: string): boolean {
    assertKeyName(name);
    return hasFile(this.#directory, name);
  }

  /**
   * Removes a secret for good: a share of an epoch that is over. On flash storage the sealed bytes may stay in a spare
   * block; without the passphrase they say nothing.
   * Errors: `KEY_MISSING`, `KEY_NAME_INVALID`, `KEY_FOLDER_MODE`, `STORE_IO`, `STORE_CLOSED`.
   */
  destroy(name: string): void {
    this.#assertUsable(name);
    removePrivateFile(this.#directory, name);
  }

  /** Wipes the passphrase. Every later call fails with `STORE_CLOSED`. Calling it twice is harmless. */
  close(): void {
    this.#isClosed = true;
    this.#passphrase.fill(0);
  }

  #assertUsable(name: string): void {
    if (this.#isClosed) throw new StorageError({ code: "STORE_CLOSED" });
    assertKeyName(name);
    assertPrivateFolder(this.#directory);
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
    const file = seal(this.#sealingKey(), { name, associatedData }, secret);
    writePrivateFile(this.#directory, name, file, onExisting);
  }
}
