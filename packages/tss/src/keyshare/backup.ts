import { type Domain, encodeDomain } from "../envelope/domain.ts";
import { readDomain } from "../envelope/frame.ts";
import { TssError } from "../errors.ts";
import { concat, equalBytes, u8, u16, wipe } from "../math/bytes.ts";
import { type PartyIndex, partyIndex } from "../math/party-index.ts";
import { createReader } from "../math/reader.ts";
import { encodeScalar, type Scalar } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { H, HASH_LENGTH } from "../transcript/hash.ts";
import { exposeKeyShare, KeyShare } from "./key-share.ts";
import { type PublicRecord, recordHash } from "./record.ts";

/** Version of the layout of a backup. */
export const BACKUP_VERSION = 1;

/** What a backup belongs to. Public. */
export type BackupOwner = {
  /** Key and epoch. */
  readonly domain: Domain;
  readonly self: PartyIndex;
  /** Hash of the record of that epoch, 32 bytes. */
  readonly recordHash: Uint8Array;
};

/**
 * What of a key share may be copied: the share itself and the chain code. Never pair state, zero seeds or presignatures:
 * used a second time after a restore, those would reveal the key.
 */
export type KeyShareBackup = BackupOwner & {
  /** s_i. */
  readonly share: Secret<Scalar>;
  /** cc, 32 bytes: without it the child keys would be lost with the last member that knows it. */
  readonly chainCode: Secret<Uint8Array>;
};

/**
 * Takes a backup of a share (docs/protocol/backup.md step 1).
 * @returns copies that the caller owns, and wipes with {@link wipeBackup}
 * @throws TssError `secretWiped`
 */
export function exposeBackup(share: KeyShare): KeyShareBackup {
  const secrets = exposeKeyShare(share);
  return {
    domain: share.record.domain,
    self: share.self,
    recordHash: share.recordHash.slice(),
    share: new Secret(secrets.share.expose()),
    chainCode: new Secret(secrets.chainCode.slice()),
  };
}

/** Destroys the secrets of a backup in memory. */
export function wipeBackup(backup: KeyShareBackup): void {
  backup.share.wipe();
  backup.chainCode.wipe();
}

/** domain(92) ‖ self(2) ‖ record hash(32). */
export function encodeOwner(owner: BackupOwner): Uint8Array {
  return concat(encodeDomain(owner.domain), u16(owner.self), owner.recordHash);
}

/**
 * Encodes a backup in clear: 223 secret bytes that the caller encrypts and wipes. `sealBackup` does both.
 * @throws TssError `secretWiped`
 */
export function encodeBackup(backup: KeyShareBackup): Uint8Array {
  const encodedShare = encodeScalar(backup.share.expose());
  const body = concat(u8(BACKUP_VERSION), encodeOwner(backup), encodedShare, backup.chainCode.expose());
  const encoded = concat(body, H("backup", body));
  wipe(encodedShare, body);
  return encoded;
}

/**
 * Decodes {@link encodeBackup}. That the share is the record's is checked only by {@link restoreKeyShare}.
 * @throws TssError `invalidBackup` for another version or layout, changed bytes, or a scalar >= q
 */
export function decodeBackup(bytes: Uint8Array): KeyShareBackup {
  const reader = createReader(bytes);
  const version = reader.u8();
  if (version !== BACKUP_VERSION) throw new TssError("invalidBackup", `unknown backup version ${version}`);
  const domain = readDomain(reader);
  const self = reader.u16();
  const hash = reader.bytes(HASH_LENGTH);
  const share = reader.scalar();
  const chainCode = reader.bytes(HASH_LENGTH);
  const checksum = reader.bytes(HASH_LENGTH);
  const isCut = !domain || !self || !hash || share === undefined || !chainCode || !checksum || !reader.isComplete();
  if (isCut || !equalBytes(checksum, H("backup", bytes.subarray(0, -HASH_LENGTH)))) {
    throw new TssError("invalidBackup", "the backup is cut short or its bytes were changed");
  }
  return {
    domain,
    self: partyIndex(self),
    recordHash: hash,
    share: new Secret(share),
    chainCode: new Secret(chainCode),
  };
}

/** The record of the current epoch and what the chain says of it. */
export type CurrentRecord = {
  /** From a peer or a file: `decodePublicRecord`. */
  readonly record: PublicRecord;
  /** Record hash that the committee registry confirms for the epoch in force, 32 bytes, read at a final block. */
  readonly confirmedHash: Uint8Array;
};

/**
 * Makes a key share of a backup (docs/protocol/backup.md steps 3 to 5). It has no pair state and no zero seeds: it
 * cannot presign before a renewal with the other signers. The backup stays the caller's, to be wiped.
 * @throws TssError `keyShareMismatch` if the record is not the confirmed one, or the backup is of another key, committee
 * or party; `backupOutdated` if it is of an earlier epoch, and so worth nothing: the member joins by a resharing;
 * `invalidKeyShare` if s_i G is not the record's S_i or the chain code not the record's; `secretWiped`
 */
export function restoreKeyShare(backup: KeyShareBackup, { record, confirmedHash }: CurrentRecord): KeyShare {
  if (!equalBytes(recordHash(record), confirmedHash)) {
    throw new TssError("keyShareMismatch", "the record is not the one that is confirmed on chain");
  }
  assertBelongs(backup, record);
  return new KeyShare(backup.self, record, {
    share: new Secret(backup.share.expose()),
    chainCode: backup.chainCode.expose().slice(),
    zeroSeeds: new Map(),
    pairs: new Map(),
  });
}

function assertBelongs(backup: BackupOwner, record: PublicRecord): void {
  const { epoch } = record.domain;
  if (!equalBytes(encodeDomain({ ...backup.domain, epoch }), encodeDomain(record.domain))) {
    throw new TssError("keyShareMismatch", "the backup is of another key");
  }
  if (backup.domain.epoch < epoch) {
    const message = `the backup is of epoch ${backup.domain.epoch}, the key is in epoch ${epoch}: join by resharing`;
    throw new TssError("backupOutdated", message);
  }
  if (backup.domain.epoch > epoch || !equalBytes(backup.recordHash, recordHash(record))) {
    throw new TssError("keyShareMismatch", "the backup is of another committee than the confirmed one");
  }
}
