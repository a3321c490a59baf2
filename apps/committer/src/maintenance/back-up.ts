import { basename, dirname } from "node:path";
import { StorageError, writePrivateFile } from "@synod/storage";
import { type KeyShare, TssError, wipeBackup, wipeKeyShare } from "@synod/tss";
import { bytesToHex, type Hex } from "viem";
import { ownerOf } from "../committee/protocol-domain.ts";
import { messageOf, StartError } from "../failure.ts";
import { ShareVault } from "../sessions/share-vault.ts";
import type { Settings } from "../settings.ts";
import { type BackupPlace, type BackupSealing, openBackupFile, readBackup, writeBackup } from "./backup-file.ts";
import { consultChain } from "./consult-chain.ts";
import { backupSealing, type MaintenanceSecrets, ownPeer, withKeystore } from "./own-keys.ts";
import { type ActiveSeat, activeSeat } from "./seat.ts";

/**
 * Writes a copy of the own share of a committee's active epoch to a new file, sealed under a passphrase of its own. The
 * committer may run meanwhile. Pair state and presignatures are not in it (docs/protocol/backup.md). What was written is
 * opened once, so that a copy that does not open is found now.
 * Side effects: makes the file, 0600, synced.
 * @param out a path at which there is nothing
 * @returns a line for the operator
 * @throws StartError what `consultChain` and `openIdentity` throw; `notMember`; `keystoreDamaged` when the share does not
 * open or is not the one that the chain confirms; `fileExists`, `fileUnwritable`
 */
export async function backUp(
  settings: Settings,
  committeeId: Hex,
  out: string,
  secrets: MaintenanceSecrets,
): Promise<string> {
  const reader = await consultChain(settings);
  const seat = await activeSeat(reader, committeeId, ownPeer(settings, secrets));
  const share = openShare(settings, seat, secrets);
  const { epoch, self: memberIndex } = seat;
  const { committeeRegistry } = settings.contracts;
  const sealing = backupSealing(secrets);
  const place = { chainId: settings.chain.id, committeeRegistry, committeeId, epoch, memberIndex };
  const text = sealed(place, share, sealing);
  wipeBackup(openBackupFile(readBackup(text), sealing));
  writeNewFile(out, text);
  return `the share of epoch ${epoch}, member ${memberIndex}, is in ${out}; it is of use until that epoch is over`;
}

/** The backup's text. Side effects: the share is wiped, whatever becomes of it. */
function sealed(place: BackupPlace, share: KeyShare, sealing: BackupSealing): string {
  try {
    return writeBackup(place, share, sealing);
  } finally {
    wipeKeyShare(share);
  }
}

function openShare(settings: Settings, seat: ActiveSeat, secrets: MaintenanceSecrets): KeyShare {
  const owner = ownerOf(BigInt(settings.chain.id), settings.contracts.committeeRegistry, seat);
  try {
    const share = withKeystore(settings, secrets, (keystore) => new ShareVault(keystore).load(owner));
    if (bytesToHex(share.recordHash) === seat.recordHash) return share;
    wipeKeyShare(share);
  } catch (cause) {
    if (!(cause instanceof StorageError || cause instanceof TssError)) throw cause;
    throw new StartError("keystoreDamaged", `the share of epoch ${seat.epoch} does not open: ${messageOf(cause)}`, {
      cause,
    });
  }
  throw new StartError(
    "keystoreDamaged",
    `the share here is not the one that the chain confirms for epoch ${seat.epoch}`,
  );
}

/** The copy is there as a whole or not at all, and in the place of nothing. */
function writeNewFile(path: string, text: string): void {
  try {
    writePrivateFile(dirname(path), basename(path), new TextEncoder().encode(text), "refuse");
  } catch (cause) {
    if (!(cause instanceof StorageError)) throw cause;
    if (cause.code === "KEY_EXISTS")
      throw new StartError("fileExists", `--out: ${path} is there already, and was left as it is; name a new file`);
    throw new StartError("fileUnwritable", `--out: ${path} cannot be written (${messageOf(cause)}); name another`, {
      cause,
    });
  }
}
