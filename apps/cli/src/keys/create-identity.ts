import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type KeystorePlace, openKeystore, StorageError } from "@synod/storage";
import { type Address, bytesToHex, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { CliError } from "../errors/cli-error.ts";
import { IDENTITY_KEY } from "./identity-key.ts";

/** The public part of a new identity key. */
export type CreatedIdentity = {
  readonly name: string;
  readonly address: Address;
  /** Uncompressed, 65 bytes: 0x04, x, y. */
  readonly publicKey: Hex;
};

/**
 * Makes a committer's identity key. Takes about a second, the keystore's own cost.
 * Side effects: makes the data folder (0700) and the key file (0600) in it; an existing key is left as it is.
 * Errors: KEYSTORE_INVALID when there is an identity key already or the folder cannot be used.
 * @param passphrase borrowed; the caller wipes it
 */
export function createIdentity(place: KeystorePlace, passphrase: Uint8Array): CreatedIdentity {
  const secret = new Uint8Array(randomBytes(32));
  try {
    const { address, publicKey } = privateKeyToAccount(bytesToHex(secret));
    save(place, passphrase, secret);
    return { name: IDENTITY_KEY.name, address, publicKey };
  } catch (error) {
    if (error instanceof StorageError) throw refused(place, error);
    throw error;
  } finally {
    secret.fill(0);
  }
}

function save(place: KeystorePlace, passphrase: Uint8Array, secret: Uint8Array): void {
  const keystore = openKeystore(place, { passphrase });
  try {
    keystore.save(IDENTITY_KEY.name, secret, IDENTITY_KEY.associatedData);
  } finally {
    keystore.close();
  }
}

function refused(place: KeystorePlace, error: StorageError): CliError {
  return new CliError(
    {
      code: "KEYSTORE_INVALID",
      what: error.message,
      where: place.kind === "files" ? place.directory : `${place.url}/v1/${place.mount}/data/${place.path}`,
      remedy: "name a place that can be reached and has no identity key yet",
    },
    error,
  );
}

/** Where the keys of a committer are that keeps them in its data folder. */
export function keysIn(dataDir: string): KeystorePlace {
  return { kind: "files", directory: join(dataDir, "keys") };
}
