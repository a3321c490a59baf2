import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import type { KeystoreAssociatedData } from "@synod/core";
import { StorageError } from "../storage-error.ts";
import type { KeyFile } from "./key-file.ts";
import {
  bindingOf,
  decodeKeyFile,
  encodeAssociatedData,
  encodeHeader,
  encodeKeyFile,
  NONCE_BYTES,
  SALT_BYTES,
} from "./key-file.ts";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 1;

/** What opens and closes key files. */
export interface SealingKey {
  /** Never empty; owned by the caller. */
  readonly passphrase: Uint8Array;
  /** log2 of scrypt's N: the same for every file of a keystore. */
  readonly cost: number;
}

/** What a secret is stored under and bound to. */
export interface SealedSlot {
  readonly name: string;
  readonly associatedData: KeystoreAssociatedData;
}

/** scrypt, RFC 7914: N = 2^cost, r = 8, p = 1. The caller wipes the result. */
function deriveKey(key: SealingKey, salt: Uint8Array): Uint8Array {
  const N = 2 ** key.cost;
  const maxmem = 2 * 128 * N * BLOCK_SIZE;
  return scryptSync(key.passphrase, salt, KEY_BYTES, { N, r: BLOCK_SIZE, p: PARALLELIZATION, maxmem });
}

/** A key file with the secret sealed in it: a fresh salt and nonce each time. The caller keeps and wipes `secret`. */
export function seal(key: SealingKey, slot: SealedSlot, secret: Uint8Array): Uint8Array {
  const associatedData = encodeAssociatedData(slot.name, slot.associatedData);
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const binding = bindingOf(associatedData);
  const headerBytes = encodeHeader({ cost: key.cost, binding, salt, nonce, ciphertextBytes: secret.length });
  const cipherKey = deriveKey(key, salt);
  try {
    const cipher = createCipheriv(CIPHER, cipherKey, nonce);
    cipher.setAAD(Buffer.concat([headerBytes, associatedData]));
    const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
    return encodeKeyFile(headerBytes, ciphertext, cipher.getAuthTag());
  } finally {
    cipherKey.fill(0);
  }
}

/**
 * The secret of a key file, in a new array that the caller owns and wipes.
 * Errors: those of `decodeKeyFile`, then `KEY_COST`, `KEY_MISMATCH`, `PASSPHRASE_WRONG`.
 */
export function unseal(key: SealingKey, slot: SealedSlot, file: Uint8Array): Uint8Array {
  const keyFile = decodeKeyFile(slot.name, file);
  const { cost, binding, salt } = keyFile.header;
  if (cost !== key.cost) throw new StorageError({ code: "KEY_COST", name: slot.name, found: cost, wanted: key.cost });
  const associatedData = encodeAssociatedData(slot.name, slot.associatedData);
  if (Buffer.compare(binding, bindingOf(associatedData)) !== 0) {
    throw new StorageError({ code: "KEY_MISMATCH", name: slot.name });
  }
  const cipherKey = deriveKey(key, salt);
  try {
    return decrypt(slot.name, keyFile, cipherKey, associatedData);
  } finally {
    cipherKey.fill(0);
  }
}

/** GCM hands out plaintext before it has checked the tag, so what it hands out is wiped whether or not it holds. */
function decrypt(name: string, file: KeyFile, cipherKey: Uint8Array, associatedData: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(CIPHER, cipherKey, file.header.nonce);
  decipher.setAAD(Buffer.concat([file.headerBytes, associatedData]));
  decipher.setAuthTag(file.tag);
  const plaintext = decipher.update(file.ciphertext);
  try {
    decipher.final();
    return new Uint8Array(plaintext);
  } catch (cause) {
    throw new StorageError({ code: "PASSPHRASE_WRONG", name }, { cause });
  } finally {
    plaintext.fill(0);
  }
}
