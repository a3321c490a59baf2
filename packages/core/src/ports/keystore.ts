import type { Hex } from "viem";

/** What a stored secret is bound to: a file made for one purpose cannot be opened for another. */
export interface KeystoreAssociatedData {
  /** Always `synod`, so that files of other products are refused. */
  readonly product: "synod";
  /** Committee id for a share, 32 zero bytes for the identity key. */
  readonly keyId: Hex;
  /** Epoch of the share, 0 for the identity key. */
  readonly epoch: bigint;
  /** Member index of the share, 0 for the identity key. */
  readonly party: number;
  /** Version of the secret's own encoding. */
  readonly version: number;
}

/** Encrypted secrets on disk, one file each, synchronous. */
export interface Keystore {
  /**
   * Encrypts and stores a secret under a new name (`identity`, `share-<committeeId>-<epoch>`). The caller keeps
   * `secret` and wipes it. Errors: a name that exists is refused, nothing is overwritten.
   * Side effects: writes a new file, syncs it, gives it its name, syncs the folder.
   */
  save(name: string, secret: Uint8Array, associatedData: KeystoreAssociatedData): void;
  /**
   * The secret in a new array that the caller owns and wipes.
   * Errors: absent, damaged, of another version, or bound to other associated data; each refused by its own code.
   */
  load(name: string, associatedData: KeystoreAssociatedData): Uint8Array;
  /** Whether a secret is stored under the name; says nothing of whether it opens. */
  has(name: string): boolean;
}
