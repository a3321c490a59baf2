import type { KeystoreAssociatedData } from "@synod/core";
import { SealedKeystore, StorageError } from "@synod/storage";
import {
  decodeBackup,
  encodeBackup,
  encodePublicRecord,
  exposeBackup,
  type KeyShare,
  type KeyShareBackup,
  TssError,
  wipeBackup,
} from "@synod/tss";
import { type Address, bytesToHex, type Hex } from "viem";
import { z } from "zod";
import { messageOf, StartError } from "../failure.ts";
import { OneBlob } from "./one-blob.ts";

const KIND = "synod share backup";
const VERSION = 1;

/** Whose share a backup is of. */
export type BackupPlace = {
  readonly chainId: number;
  readonly committeeRegistry: Address;
  readonly committeeId: Hex;
  readonly epoch: bigint;
  /** From 0. */
  readonly memberIndex: number;
};

/** A backup that was read; its share is still sealed. */
export type BackupFile = {
  readonly place: BackupPlace;
  /** Encoded public record of the epoch. Whoever restores compares its hash with the registry's. */
  readonly record: Hex;
  readonly sealed: Uint8Array;
};

/** How a backup is sealed: under a passphrase of its own, borrowed, by the means of key files. */
export type BackupSealing = {
  readonly passphrase: Uint8Array;
  /** See `SealingOptions.unsafeTestScryptCost`. */
  readonly unsafeTestScryptCost?: number;
};

const hex = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern)
    .transform((text): Hex => `0x${text.slice(2)}`);

const fileSchema = z.strictObject({
  kind: z.literal(KIND),
  version: z.literal(VERSION),
  chainId: z.int().min(1),
  committeeRegistry: hex(/^0x[0-9a-f]{40}$/),
  committeeId: hex(/^0x[0-9a-f]{64}$/),
  epoch: z
    .string()
    .regex(/^[1-9]\d{0,18}$/)
    .transform(BigInt),
  memberIndex: z.int().min(0).max(63),
  record: hex(/^0x[0-9a-f]{2,16384}$/),
  sealed: z.base64().transform((text) => new Uint8Array(Buffer.from(text, "base64"))),
});

/** The sealed part is bound to chain and registry by its name, and to the rest of its place by its associated data. */
function slotOf({ chainId, committeeRegistry, committeeId, epoch, memberIndex }: BackupPlace) {
  const name = `backup-${chainId}-${committeeRegistry.toLowerCase()}`;
  const bound = { keyId: committeeId, epoch, party: memberIndex, version: VERSION };
  const associatedData: KeystoreAssociatedData = { product: "synod", ...bound };
  return { name, associatedData };
}

/**
 * Text of a backup file (docs/protocol/backup.md): whose share it is, the epoch's public record, and, sealed, the share
 * and its chain code.
 */
export function writeBackup(place: BackupPlace, share: KeyShare, sealing: BackupSealing): string {
  const sealed = sealedShare(place, share, sealing);
  const { chainId, committeeId, epoch, memberIndex } = place;
  const content = {
    kind: KIND,
    version: VERSION,
    chainId,
    committeeRegistry: place.committeeRegistry.toLowerCase(),
    committeeId,
    epoch: epoch.toString(),
    memberIndex,
    record: bytesToHex(encodePublicRecord(share.record)),
    sealed: Buffer.from(sealed).toString("base64"),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function sealedShare(place: BackupPlace, share: KeyShare, sealing: BackupSealing): Uint8Array {
  const { name, associatedData } = slotOf(place);
  const blob = new OneBlob();
  const keystore = new SealedKeystore(blob, sealing);
  const backup = exposeBackup(share);
  const plaintext = encodeBackup(backup);
  try {
    keystore.save(name, plaintext, associatedData);
    return blob.read(name);
  } finally {
    plaintext.fill(0);
    wipeBackup(backup);
    keystore.close();
  }
}

/** Reads a backup file's text. @throws StartError `backupInvalid` */
export function readBackup(text: string): BackupFile {
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) throw invalid("it is no backup of a share, or of an unknown version");
  const { chainId, committeeRegistry, committeeId, epoch, memberIndex, record, sealed } = parsed.data;
  return { place: { chainId, committeeRegistry, committeeId, epoch, memberIndex }, record, sealed };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Opens the sealed part of a backup; the caller wipes the result.
 * @throws StartError `passphraseWrong`, or `backupInvalid` when a byte of it was changed or it is of another place
 */
export function openBackupFile({ place, sealed }: BackupFile, sealing: BackupSealing): KeyShareBackup {
  const { name, associatedData } = slotOf(place);
  const keystore = new SealedKeystore(new OneBlob(sealed), sealing);
  let plaintext: Uint8Array | undefined;
  try {
    plaintext = keystore.load(name, associatedData);
    return decodeBackup(plaintext);
  } catch (cause) {
    if (cause instanceof StorageError && cause.code === "PASSPHRASE_WRONG")
      throw new StartError("passphraseWrong", "the passphrase is not this backup's: give the one it was made with", {
        cause,
      });
    if (cause instanceof StorageError || cause instanceof TssError) throw invalid(messageOf(cause), { cause });
    throw cause;
  } finally {
    plaintext?.fill(0);
    keystore.close();
  }
}

function invalid(what: string, options?: ErrorOptions): StartError {
  return new StartError("backupInvalid", `the backup cannot be used: ${what}`, options);
}
