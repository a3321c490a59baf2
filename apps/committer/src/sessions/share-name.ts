import { type Hex, keccak256, stringToHex } from "viem";
import { encodeAbiParameters, parseAbiParameters } from "viem/utils";
import type { ShareRef } from "./messages.ts";

/** Version of a key share's own encoding that the keystore file is bound to. */
const SHARE_VERSION = 1;

const SUBJECT = parseAbiParameters("bytes32, bytes32, uint64");

/** Where this committer's share of one epoch is kept: `share-<committeeId>-<epoch>`, bound to key, epoch and member. */
export function shareRef(committeeId: Hex, epoch: bigint, memberIndex: number): ShareRef {
  return {
    name: `share-${committeeId}-${epoch}`,
    associatedData: { product: "synod", keyId: committeeId, epoch, party: memberIndex, version: SHARE_VERSION },
  };
}

function subject(tag: string, committeeId: Hex, epoch: bigint): Hex {
  return keccak256(encodeAbiParameters(SUBJECT, [keccak256(stringToHex(tag)), committeeId, epoch]));
}

/** What the key generation of an epoch is called among its members, 32 bytes. */
export function keygenSubject(committeeId: Hex, epoch: bigint): Hex {
  return subject("synod.keygen.v1", committeeId, epoch);
}

/** What the proof of possession of an epoch is called among its members, 32 bytes. */
export function proofSubject(committeeId: Hex, epoch: bigint): Hex {
  return subject("synod.proof-of-possession.v1", committeeId, epoch);
}
