import { createHash } from "node:crypto";
import type { KeystoreAssociatedData } from "@synod/core";
import { StorageError } from "../storage-error.ts";

/*
 * Key file, version 1, integers big-endian:
 *
 *   magic 8 | version 2 | log2 of scrypt's N 1 | SHA-256 of the associated data 32 | salt 32 | nonce 12 |
 *   length of the ciphertext 4 | ciphertext | GCM tag 16 | SHA-256 of all bytes before it 32
 *
 * Everything before the ciphertext is authenticated by GCM together with the associated data. The last checksum needs
 * no key: it tells a damaged file from a wrong passphrase, which GCM alone cannot.
 */
const MAGIC = Buffer.from("SYNODKEY", "ascii");
const VERSION = 1;
const VERSION_AT = 8;
const COST_AT = 10;
const BINDING_AT = 11;
const SALT_AT = 43;
const NONCE_AT = 75;
const LENGTH_AT = 87;
const CIPHERTEXT_AT = 91;
const TAG_BYTES = 16;
const CHECKSUM_BYTES = 32;

/** Bytes of the salt. */
export const SALT_BYTES = NONCE_AT - SALT_AT;
/** Bytes of the nonce. */
export const NONCE_BYTES = LENGTH_AT - NONCE_AT;
/** The longest secret a key file holds, in bytes. */
export const MAX_SECRET_BYTES = 1 << 24;
/** The longest key file, in bytes. */
export const MAX_FILE_BYTES = CIPHERTEXT_AT + MAX_SECRET_BYTES + TAG_BYTES + CHECKSUM_BYTES;

/** What stands before the ciphertext. */
export interface KeyFileHeader {
  /** log2 of scrypt's N. */
  readonly cost: number;
  /** SHA-256 of the encoded associated data, 32 bytes. */
  readonly binding: Uint8Array;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertextBytes: number;
}

/** A key file taken apart; its checksum holds, its secret is still sealed. */
export interface KeyFile {
  readonly header: KeyFileHeader;
  /** The header as it stands in the file: authenticated by GCM. */
  readonly headerBytes: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/**
 * What the secret is bound to, as bytes: product, file name, key id, epoch, party and version of the secret's own
 * encoding, each with its length in front.
 */
export function encodeAssociatedData(name: string, data: KeystoreAssociatedData): Uint8Array {
  const parts = [data.product, name, data.keyId.toLowerCase(), data.epoch, data.party, data.version];
  const encoded = parts.map((part) => {
    const text = Buffer.from(String(part), "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, text]);
  });
  return Buffer.concat(encoded);
}

/** SHA-256 of the encoded associated data. */
export function bindingOf(associatedData: Uint8Array): Uint8Array {
  return sha256(associatedData);
}

/** Header of a new key file, as bytes. */
export function encodeHeader(header: KeyFileHeader): Uint8Array {
  const bytes = Buffer.alloc(CIPHERTEXT_AT);
  MAGIC.copy(bytes);
  bytes.writeUInt16BE(VERSION, VERSION_AT);
  bytes.writeUInt8(header.cost, COST_AT);
  bytes.set(header.binding, BINDING_AT);
  bytes.set(header.salt, SALT_AT);
  bytes.set(header.nonce, NONCE_AT);
  bytes.writeUInt32BE(header.ciphertextBytes, LENGTH_AT);
  return bytes;
}

/** A whole key file, ready to be written. */
export function encodeKeyFile(headerBytes: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): Uint8Array {
  const body = Buffer.concat([headerBytes, ciphertext, tag]);
  return Buffer.concat([body, sha256(body)]);
}

/**
 * Takes a key file apart and checks all that needs no passphrase.
 * Errors: `KEY_FOREIGN`, `KEY_OLDER`, `KEY_NEWER`, `KEY_TRUNCATED`, `KEY_DAMAGED`.
 */
export function decodeKeyFile(name: string, file: Uint8Array): KeyFile {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < VERSION_AT + 2) throw new StorageError({ code: "KEY_TRUNCATED", name, bytes: bytes.length });
  if (!bytes.subarray(0, VERSION_AT).equals(MAGIC)) throw new StorageError({ code: "KEY_FOREIGN", name });
  assertVersion(name, bytes.readUInt16BE(VERSION_AT));
  if (bytes.length < CIPHERTEXT_AT) throw new StorageError({ code: "KEY_TRUNCATED", name, bytes: bytes.length });
  const ciphertextBytes = bytes.readUInt32BE(LENGTH_AT);
  const tagAt = CIPHERTEXT_AT + ciphertextBytes;
  assertWhole(name, bytes, tagAt + TAG_BYTES + CHECKSUM_BYTES);
  const header = {
    cost: bytes.readUInt8(COST_AT),
    binding: bytes.subarray(BINDING_AT, SALT_AT),
    salt: bytes.subarray(SALT_AT, NONCE_AT),
    nonce: bytes.subarray(NONCE_AT, LENGTH_AT),
    ciphertextBytes,
  };
  return {
    header,
    headerBytes: bytes.subarray(0, CIPHERTEXT_AT),
    ciphertext: bytes.subarray(CIPHERTEXT_AT, tagAt),
    tag: bytes.subarray(tagAt, tagAt + TAG_BYTES),
  };
}

function assertVersion(name: string, found: number): void {
  if (found < VERSION) throw new StorageError({ code: "KEY_OLDER", name, found, known: VERSION });
  if (found > VERSION) throw new StorageError({ code: "KEY_NEWER", name, found, known: VERSION });
}

function assertWhole(name: string, bytes: Buffer, wantedBytes: number): void {
  if (bytes.length < wantedBytes) throw new StorageError({ code: "KEY_TRUNCATED", name, bytes: bytes.length });
  const bodyBytes = bytes.length - CHECKSUM_BYTES;
  const isSound =
    bytes.length === wantedBytes && bytes.subarray(bodyBytes).equals(sha256(bytes.subarray(0, bodyBytes)));
  if (!isSound) throw new StorageError({ code: "KEY_DAMAGED", name });
}
