import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { readDomain } from "../envelope/frame.ts";
import { TssError } from "../errors.ts";
import { assertLength, concat, equalBytes, u8, wipe } from "../math/bytes.ts";
import { partyIndex } from "../math/party-index.ts";
import { createReader } from "../math/reader.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import {
  type BackupOwner,
  decodeBackup,
  encodeBackup,
  encodeOwner,
  exposeBackup,
  type KeyShareBackup,
  wipeBackup,
} from "./backup.ts";
import type { KeyShare } from "./key-share.ts";

/** Bytes of the key of a container. */
export const BACKUP_KEY_LENGTH = 32;

/** Version of the container's layout. */
export const BACKUP_CONTAINER_VERSION = 1;

const MAGIC = new Uint8Array([0x53, 0x59, 0x4e, 0x42]);
const NONCE_LENGTH = 24;

/** magic(4) ‖ version(1) ‖ domain(92) ‖ self(2) ‖ record hash(32) ‖ nonce(24). */
const HEADER_LENGTH = 4 + 1 + 92 + 2 + 32 + NONCE_LENGTH;

/**
 * A backup of the share, encrypted (docs/protocol/backup.md step 2): XChaCha20-Poly1305 with a random nonce and the whole
 * header as associated data.
 * @param key 32 uniform bytes, of a key-management service or stretched from a passphrase by the caller; stays the
 * caller's
 * @returns 394 bytes that may be stored anywhere
 * @throws TssError `invalidLength`, `secretWiped`, `brokenRng`
 */
export function sealBackup(share: KeyShare, key: Uint8Array, rng: Rng): Uint8Array {
  assertLength(key, BACKUP_KEY_LENGTH, "the backup key");
  const backup = exposeBackup(share);
  const nonce = randomBytes(rng, NONCE_LENGTH);
  const header = concat(MAGIC, u8(BACKUP_CONTAINER_VERSION), encodeOwner(backup), nonce);
  const plaintext = encodeBackup(backup);
  const sealed = xchacha20poly1305(key, nonce, header).encrypt(plaintext);
  wipe(plaintext);
  wipeBackup(backup);
  return concat(header, sealed);
}

/**
 * Whose backup a container holds, without its key. Not authenticated before {@link openBackup}.
 * @throws TssError `invalidBackup`
 */
export function unverifiedBackupOwner(container: Uint8Array): BackupOwner {
  const reader = createReader(container);
  const magic = reader.bytes(MAGIC.length);
  const version = reader.u8();
  if (magic === undefined || !equalBytes(magic, MAGIC) || version !== BACKUP_CONTAINER_VERSION) {
    throw new TssError("invalidBackup", "this is no backup of a key share, or of an unknown version");
  }
  const domain = readDomain(reader);
  const self = reader.u16();
  const recordHash = reader.bytes(HASH_LENGTH);
  if (!domain || !self || !recordHash) throw new TssError("invalidBackup", "the backup is cut short");
  return { domain, self: partyIndex(self), recordHash };
}

/**
 * Decrypts a container.
 * @param key as for {@link sealBackup}
 * @returns the backup, owned by the caller: see {@link wipeBackup}
 * @throws TssError `invalidBackup` for a wrong key, changed bytes, or another version; `invalidLength`
 */
export function openBackup(container: Uint8Array, key: Uint8Array): KeyShareBackup {
  assertLength(key, BACKUP_KEY_LENGTH, "the backup key");
  const owner = unverifiedBackupOwner(container);
  const header = container.slice(0, HEADER_LENGTH);
  const plaintext = decrypt(key, header, container.subarray(HEADER_LENGTH));
  const backup = decodeBackup(plaintext);
  wipe(plaintext);
  if (!equalBytes(encodeOwner(owner), encodeOwner(backup))) {
    throw new TssError("invalidBackup", "the header names another owner than the backup");
  }
  return backup;
}

function decrypt(key: Uint8Array, header: Uint8Array, sealed: Uint8Array): Uint8Array {
  try {
    return xchacha20poly1305(key, header.slice(-NONCE_LENGTH), header).decrypt(sealed);
  } catch {
    // The cipher reports a bad tag by throwing.
    throw new TssError("invalidBackup", "the key is not the backup's, or its bytes were changed");
  }
}
