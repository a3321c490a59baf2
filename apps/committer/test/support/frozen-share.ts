import { readFileSync } from "node:fs";
import { decodeKeyShare, type KeyShare, partyIndex } from "@synod/tss";
import { bytesToHex, stringToHex } from "viem";
import type { BackupPlace } from "../../src/maintenance/backup-file.ts";

const FILE = new URL("../../../../packages/tss/test/keyshare/fixtures/key-share-v2.bin", import.meta.url);
const REGISTRY = new Uint8Array(20).fill(0xc0);

/** Whose the frozen share is. */
export const FROZEN_PLACE: BackupPlace = {
  chainId: 31_337,
  committeeRegistry: bytesToHex(REGISTRY),
  committeeId: stringToHex("key of fixture", { size: 32 }),
  epoch: 1n,
  memberIndex: 0,
};

/** A real key share that is kept as a file for ever. */
export function frozenShare(): KeyShare {
  const keyId = new Uint8Array(32);
  keyId.set(new TextEncoder().encode("key of fixture"));
  const domain = { chainId: 31_337n, verifyingContract: REGISTRY, keyId, epoch: 1n };
  return decodeKeyShare(new Uint8Array(readFileSync(FILE)), { domain, self: partyIndex(1) });
}
