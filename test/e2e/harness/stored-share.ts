import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FileKeystore, passphraseBytes } from "@synod/storage";
import { decodeKeyShare, type KeyShare, partyIndex } from "@synod/tss";
import { bytesToHex, hexToBytes } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Committee, Deployment, Member } from "./deployment.ts";

/** A share read back from a member's keystore, and its 32 secret bytes. */
export type StoredShare = { readonly share: KeyShare; readonly secret: Uint8Array };

/** Opens a member's keystore with its passphrase, as its operator could. */
export function openKeystore(member: Member): FileKeystore {
  const passphrase = passphraseBytes(readFileSync(member.passphraseFile, "utf8").trim());
  return FileKeystore.open({ directory: join(member.dataDir, "keys"), passphrase });
}

/** The share of a member's committer. */
export function readShare(deployment: Deployment, committee: Committee, member: Member): StoredShare {
  const epoch = BigInt(committee.epoch);
  const keystore = openKeystore(member);
  const encoded = keystore.load(`share-${committee.id}-${epoch}`, {
    product: "synod",
    keyId: committee.id,
    epoch,
    party: member.memberIndex,
    version: 1,
  });
  keystore.close();
  const domain = {
    chainId: BigInt(deployment.chainId),
    verifyingContract: hexToBytes(deployment.committeeRegistry),
    keyId: hexToBytes(committee.id),
    epoch,
  };
  const share = decodeKeyShare(encoded, { domain, self: partyIndex(member.memberIndex + 1) });
  return { share, secret: findSecret(encoded, share) };
}

/** The place of the secret is not part of any interface: it is where 32 bytes are the logarithm of the public share. */
function findSecret(encoded: Uint8Array, share: KeyShare): Uint8Array {
  const expected = bytesToHex(share.record.verificationShares.get(share.self) ?? new Uint8Array());
  for (let at = 0; at + 32 <= encoded.length; at++) {
    const candidate = encoded.slice(at, at + 32);
    if (compressedKeyOf(candidate) === expected) return candidate;
  }
  throw new TypeError("the stored share holds no logarithm of its public share");
}

function compressedKeyOf(secret: Uint8Array): string | undefined {
  try {
    const { publicKey } = privateKeyToAccount(bytesToHex(secret));
    const isOdd = Number.parseInt(publicKey.at(-1) ?? "0", 16) % 2 === 1;
    return `0x0${isOdd ? 3 : 2}${publicKey.slice(4, 68)}`;
  } catch {
    return undefined;
  }
}
