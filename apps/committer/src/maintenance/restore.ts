import { readFileSync } from "node:fs";
import { epochKey } from "@synod/core";
import type { SealedKeystore } from "@synod/storage";
import {
  affineCoordinates,
  decodePublicRecord,
  encodeKeyShare,
  type KeyShare,
  restoreKeyShare,
  TssError,
  wipeBackup,
  wipeKeyShare,
} from "@synod/tss";
import { bytesToHex, hexToBytes, isAddressEqual } from "viem";
import { ownerOf } from "../committee/protocol-domain.ts";
import { requestRefresh } from "../committee/refresh-requests.ts";
import { messageOf, StartError } from "../failure.ts";
import type { CommitterEvent } from "../journal/events.ts";
import type { Memory } from "../memory.ts";
import type { ShareOwner } from "../sessions/messages.ts";
import { ShareVault } from "../sessions/share-vault.ts";
import type { Settings } from "../settings.ts";
import { openStores } from "../stores.ts";
import { type BackupFile, type BackupPlace, openBackupFile, readBackup } from "./backup-file.ts";
import { consultChain } from "./consult-chain.ts";
import { backupSealing, type MaintenanceSecrets, ownPeer, withKeystore } from "./own-keys.ts";
import { type ActiveSeat, activeSeat } from "./seat.ts";

/**
 * Puts the share of a backup back into the keystore of a committer that is stopped, and asks for new shares: what is
 * restored can hand the key over, but signs nothing itself, because pair state is in no backup. A restore that was cut
 * off is done again.
 * Side effects: a key file, journal entries, a request for new shares. A share that is there is never replaced.
 * @returns a line for the operator
 * @throws StartError what `consultChain`, `openIdentity`, `openStores` throw; `backupInvalid`, `passphraseWrong`; `notMember`;
 * `backupForeign` for another chain, registry, member or a later epoch; `backupOutdated`; `shareKept`
 */
export async function restore(settings: Settings, from: string, secrets: MaintenanceSecrets): Promise<string> {
  const file = readBackup(readText(from));
  requireChain(file.place, settings);
  const reader = await consultChain(settings);
  const seat = await activeSeat(reader, file.place.committeeId, ownPeer(settings, secrets));
  requireSeat(file.place, seat);
  const share = shareOf(file, seat, secrets);
  try {
    takeBack(settings, seat, share, secrets);
  } finally {
    wipeKeyShare(share);
  }
  return `the share of epoch ${seat.epoch} is back: start the committer, and have new shares made (\`synod committer refresh\` at a quorum of members)`;
}

function takeBack(settings: Settings, seat: ActiveSeat, share: KeyShare, secrets: MaintenanceSecrets): void {
  const { database, memory } = openStores(settings.dataDir);
  try {
    const owner = ownerOf(BigInt(settings.chain.id), settings.contracts.committeeRegistry, seat);
    withKeystore(settings, secrets, (keystore) => putBack(keystore, owner, share, isKnown(memory, seat)));
    memory.record(eventsOf(memory, seat, share));
    requestRefresh(settings.dataDir, seat);
  } finally {
    database.close();
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new StartError("backupInvalid", `--from: ${file} cannot be read (${messageOf(cause)}); name a backup`, {
      cause,
    });
  }
}

function requireChain(place: BackupPlace, { chain, contracts }: Settings): void {
  if (place.chainId === chain.id && isAddressEqual(place.committeeRegistry, contracts.committeeRegistry)) return;
  throw foreign(`it is of registry ${place.committeeRegistry} on chain ${place.chainId}`);
}

function requireSeat({ epoch, memberIndex }: BackupPlace, seat: ActiveSeat): void {
  if (epoch < seat.epoch)
    throw new StartError(
      "backupOutdated",
      `the backup is of epoch ${epoch}, the key is in epoch ${seat.epoch}: it is of no use; have the other members make new shares (\`synod committer refresh\`)`,
    );
  if (epoch > seat.epoch) throw foreign(`it is of epoch ${epoch}, and ${seat.epoch} is the active one`);
  if (memberIndex !== seat.self) throw foreign(`it is of member ${memberIndex}, and this one is ${seat.self}`);
}

function foreign(what: string): StartError {
  return new StartError("backupForeign", `the backup is another one's: ${what}; name this committer's own`);
}

/** The share, checked against the record that the chain confirms. */
function shareOf(file: BackupFile, { recordHash }: ActiveSeat, secrets: MaintenanceSecrets): KeyShare {
  const backup = openBackupFile(file, backupSealing(secrets));
  try {
    const record = decodePublicRecord(hexToBytes(file.record));
    return restoreKeyShare(backup, { record, confirmedHash: hexToBytes(recordHash) });
  } catch (cause) {
    if (!(cause instanceof TssError)) throw cause;
    throw new StartError("backupInvalid", `the backup does not fit the chain's record: ${messageOf(cause)}`, { cause });
  } finally {
    wipeBackup(backup);
  }
}

function isKnown({ book }: Memory, { committeeId, epoch }: ActiveSeat): boolean {
  return book.get(epochKey(committeeId, epoch))?.share !== undefined;
}

/** Writes the share where there is none. One that an earlier restore wrote before it was cut off is as good. */
function putBack(keystore: SealedKeystore, owner: ShareOwner, share: KeyShare, isJournaled: boolean): void {
  const { name, associatedData } = owner.share;
  if (keystore.has(name)) {
    if (!isJournaled && opens(keystore, owner)) return;
    const what = `there is a key ${name} in the keystore, which was left as it is`;
    throw new StartError("shareKept", `${what}; if the committer says that it is damaged, move it away first`);
  }
  const bytes = encodeKeyShare(share);
  try {
    keystore.save(name, bytes, associatedData);
  } finally {
    bytes.fill(0);
  }
}

function opens(keystore: SealedKeystore, owner: ShareOwner): boolean {
  try {
    wipeKeyShare(new ShareVault(keystore).load(owner));
    return true;
  } catch {
    return false;
  }
}

/** What the journal must know for the share to count; the epoch too, if the journal has not come to it again. */
function eventsOf({ book }: Memory, seat: ActiveSeat, share: KeyShare): readonly CommitterEvent[] {
  const { recordHash, block, ...terms } = seat;
  const { committeeId, epoch } = seat;
  const entry = book.get(epochKey(committeeId, epoch));
  if (entry?.share?.recordHash === recordHash) return [];
  const { x, y } = affineCoordinates(share.record.groupKey);
  const description = { groupKeyX: bytesToHex(x), groupKeyY: bytesToHex(y), recordHash };
  const attempt = entry?.keygenAttempt ?? 0;
  const stored = { kind: "ShareStored", committeeId, epoch, attempt, description } as const;
  if (entry !== undefined) return [stored];
  return [{ kind: "EpochObserved", ...terms, block: { number: block.number, hash: block.hash } }, stored];
}
