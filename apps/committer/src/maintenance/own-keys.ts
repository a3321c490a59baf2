import { openKeystore, type SealedKeystore } from "@synod/storage";
import type { Hex } from "viem";
import type { Settings } from "../settings.ts";
import { openIdentity } from "../stores.ts";
import type { BackupSealing } from "./backup-file.ts";

/** What copying a share, or bringing one back, needs besides the settings. Both passphrases are borrowed. */
export type MaintenanceSecrets = {
  readonly keystorePassphrase: Uint8Array;
  readonly backupPassphrase: Uint8Array;
  /** See `SealingOptions.unsafeTestScryptCost`. */
  readonly unsafeTestScryptCost?: number;
};

/** Compressed identity key of the keystore. @throws StartError as `openIdentity` */
export function ownPeer({ keystore }: Settings, secrets: MaintenanceSecrets): Hex {
  const { identity, secret } = openIdentity(keystore, secrets.keystorePassphrase, secrets.unsafeTestScryptCost);
  secret.fill(0);
  identity.wipe();
  return identity.peer;
}

/** How backups are sealed. */
export function backupSealing({ backupPassphrase, unsafeTestScryptCost }: MaintenanceSecrets): BackupSealing {
  return { passphrase: backupPassphrase, ...(unsafeTestScryptCost !== undefined && { unsafeTestScryptCost }) };
}

/** Lets `work` use the keystore, and closes it whatever becomes of it. */
export function withKeystore<Result>(
  { keystore: place }: Settings,
  { keystorePassphrase: passphrase, unsafeTestScryptCost }: MaintenanceSecrets,
  work: (keystore: SealedKeystore) => Result,
): Result {
  const keystore = openKeystore(place, {
    passphrase,
    ...(unsafeTestScryptCost !== undefined && { unsafeTestScryptCost }),
  });
  try {
    return work(keystore);
  } finally {
    keystore.close();
  }
}
