/**
 * Where sealed key files are kept: a folder, a secret store, a device. It sees ciphertext alone, so that whoever reads
 * the place learns nothing without the passphrase. Every call blocks until it is done.
 */
export interface SealedBlobs {
  /** Refuses a place that has become unsafe since it was opened. Errors: by its own code. */
  assertSafe(): void;
  /** Whether there is a file of that name. Errors: `STORE_IO`. */
  has(name: string): boolean;
  /** A file's bytes. Errors: `KEY_MISSING`, `KEY_DAMAGED` when it is too long to be a key file, `STORE_IO`. */
  read(name: string): Uint8Array;
  /**
   * Writes a file durably, as a whole or not at all. With `refuse` a name that is taken is left as it is, also when two
   * writers come at once; with `replace` nothing of the old file stays. Errors: `KEY_EXISTS`, `STORE_IO`.
   */
  write(name: string, bytes: Uint8Array, onExisting: "refuse" | "replace"): void;
  /** Removes a file for good. Errors: `KEY_MISSING`, `STORE_IO`. */
  remove(name: string): void;
  /** Lets go of what it holds. */
  close(): void;
}
