import { FileKeystore } from "./file-keystore.ts";
import { SealedKeystore, type SealingOptions } from "./sealed-keystore.ts";
import { VaultBlobs, type VaultPlace } from "./vault/vault-blobs.ts";

/** Where the sealed key files are. */
export type KeystorePlace =
  | { readonly kind: "files"; readonly directory: string }
  | ({ readonly kind: "vault" } & VaultPlace);

/**
 * Opens the keystore of a place. A folder is made when it is absent; a Vault is not asked before the first use.
 * Errors: those of `FileKeystore.open`, `PASSPHRASE_EMPTY`.
 */
export function openKeystore(place: KeystorePlace, sealing: SealingOptions): SealedKeystore {
  if (place.kind === "files") return FileKeystore.open({ directory: place.directory, ...sealing });
  return new SealedKeystore(new VaultBlobs(place), sealing);
}
