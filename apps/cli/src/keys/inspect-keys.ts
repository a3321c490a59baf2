import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Keystore, KeystoreAssociatedData } from "@synod/core";
import { FileKeystore, StorageError } from "@synod/storage";
import { addressOfKey, type Domain, decodeKeyShare, partyIndex, TssError, wipeKeyShare } from "@synod/tss";
import { type Address, bytesToHex, getAddress, type Hex, hexToBytes, isHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { CliError } from "../errors/cli-error.ts";
import { IDENTITY_KEY } from "./identity-key.ts";

/** What may be told of one stored key: never a secret. */
export type InspectedKey =
  | { readonly kind: "identity"; readonly name: string; readonly publicKey: Hex; readonly address: Address }
  | {
      readonly kind: "share";
      readonly name: string;
      readonly committeeId: Hex;
      readonly epoch: bigint;
      /** Position of the member in the epoch, from 0. */
      readonly memberIndex: number;
      readonly minSigners: number;
      readonly members: number;
      /** Compressed group key, 33 bytes. */
      readonly groupKey: Hex;
      readonly groupAddress: Address;
    }
  | { readonly kind: "other"; readonly name: string };

/** Where the committees of the shares are registered: a share is bound to it. */
export type KeyPlace = { readonly chainId: number; readonly committeeRegistry: Address };

const MAX_MEMBERS = 64;
const SHARE_VERSION = 1;

/**
 * Opens every key of a committer's data folder and tells its public part. Takes about a second per key.
 * Errors: KEYSTORE_INVALID for a folder without keys, a wrong passphrase or a damaged file.
 * @param passphrase borrowed; the caller wipes it
 */
export function inspectKeys(dataDir: string, place: KeyPlace, passphrase: Uint8Array): readonly InspectedKey[] {
  const directory = join(dataDir, "keys");
  if (!existsSync(directory)) throw invalid(directory, "there is no key folder");
  try {
    const keystore = FileKeystore.open({ directory, passphrase });
    try {
      return readdirSync(directory)
        .filter((name) => !name.startsWith("."))
        .toSorted()
        .map((name) => inspectKey(keystore, place, name));
    } finally {
      keystore.close();
    }
  } catch (error) {
    if (error instanceof StorageError || error instanceof TssError) throw invalid(directory, error.message, error);
    throw error;
  }
}

function inspectKey(keystore: Keystore, place: KeyPlace, name: string): InspectedKey {
  if (name === IDENTITY_KEY.name) return inspectIdentity(keystore);
  const [, committeeId, epoch] = /^share-(0x[0-9a-f]{64})-(\d+)$/.exec(name) ?? [];
  if (!isHex(committeeId) || epoch === undefined) return { kind: "other", name };
  return inspectShare(keystore, place, { name, committeeId, epoch: BigInt(epoch) });
}

function inspectIdentity(keystore: Keystore): InspectedKey {
  const secret = keystore.load(IDENTITY_KEY.name, IDENTITY_KEY.associatedData);
  try {
    const { address, publicKey } = privateKeyToAccount(bytesToHex(secret));
    return { kind: "identity", name: IDENTITY_KEY.name, publicKey, address };
  } finally {
    secret.fill(0);
  }
}

type ShareName = { readonly name: string; readonly committeeId: Hex; readonly epoch: bigint };

function inspectShare(keystore: Keystore, place: KeyPlace, share: ShareName): InspectedKey {
  const { memberIndex, secret } = openShare(keystore, share);
  try {
    const keyShare = decodeKeyShare(secret, { domain: domainOf(place, share), self: partyIndex(memberIndex + 1) });
    const { groupKey, minSigners, parties } = keyShare.record;
    wipeKeyShare(keyShare);
    return {
      ...share,
      kind: "share",
      memberIndex,
      minSigners,
      members: parties.size,
      groupKey: bytesToHex(groupKey),
      groupAddress: getAddress(bytesToHex(addressOfKey(groupKey))),
    };
  } finally {
    secret.fill(0);
  }
}

function domainOf({ chainId, committeeRegistry }: KeyPlace, { committeeId, epoch }: ShareName): Domain {
  return {
    chainId: BigInt(chainId),
    verifyingContract: hexToBytes(committeeRegistry),
    keyId: hexToBytes(committeeId),
    epoch,
  };
}

/** A share's file is bound to its member, which its name does not tell: a wrong guess is refused at once. */
function openShare(keystore: Keystore, share: ShareName): { memberIndex: number; secret: Uint8Array } {
  for (let memberIndex = 0; memberIndex < MAX_MEMBERS; memberIndex++) {
    const secret = tryLoad(keystore, share, memberIndex);
    if (secret !== undefined) return { memberIndex, secret };
  }
  throw new StorageError({ code: "KEY_MISMATCH", name: share.name });
}

function tryLoad(keystore: Keystore, share: ShareName, memberIndex: number): Uint8Array | undefined {
  const { name, committeeId, epoch } = share;
  const associatedData: KeystoreAssociatedData = {
    product: "synod",
    keyId: committeeId,
    epoch,
    party: memberIndex,
    version: SHARE_VERSION,
  };
  try {
    return keystore.load(name, associatedData);
  } catch (error) {
    if (error instanceof StorageError && error.code === "KEY_MISMATCH") return undefined;
    throw error;
  }
}

function invalid(where: string, what: string, cause?: unknown): CliError {
  return new CliError(
    {
      code: "KEYSTORE_INVALID",
      what,
      where,
      remedy:
        "name the committer's data folder with --data-dir and its chain's file with --deployment, and give the passphrase its keys were made with",
    },
    cause,
  );
}
