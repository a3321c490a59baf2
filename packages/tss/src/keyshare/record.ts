import { keccak_256 } from "@noble/hashes/sha3.js";
import { encodeParties, type Parties } from "../engine/context.ts";
import { type Domain, encodeDomain } from "../envelope/domain.ts";
import { TssError } from "../errors.ts";
import { concat, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint, encodePoint, type Point } from "../math/point.ts";
import { H } from "../transcript/hash.ts";

/** The public outcome of a key generation: equal at all parties, its hash confirmed on chain by each of them. */
export type PublicRecord = {
  readonly domain: Domain;
  /** How many shares sign, 2..n. */
  readonly minSigners: number;
  /** Identity keys of all members, ascending. */
  readonly parties: Parties;
  /** pk, 33 bytes compressed. */
  readonly groupKey: Uint8Array;
  /** S_j = s_j G for each party, 33 bytes compressed, ascending. */
  readonly verificationShares: ReadonlyMap<PartyIndex, Uint8Array>;
  /** Hash of the chain code, 32 bytes. */
  readonly chainCodeHash: Uint8Array;
  /** e2: hash of all openings of the key generation, 32 bytes. */
  readonly openingsHash: Uint8Array;
};

/** What the committers confirm on chain: 32 bytes over every field of the record. */
export function recordHash(record: PublicRecord): Uint8Array {
  return H(
    "record",
    encodeDomain(record.domain),
    u16(record.minSigners),
    encodeParties(record.parties),
    record.groupKey,
    concat(...record.verificationShares.values()),
    record.chainCodeHash,
    record.openingsHash,
  );
}

/**
 * Ethereum address of a public key: last 20 bytes of keccak256(x ‖ y).
 * @param compressed 33 bytes
 * @throws TssError `invalidKeyShare` if it is no point
 */
export function addressOfKey(compressed: Uint8Array): Uint8Array {
  const { x, y } = affineCoordinates(compressed);
  return keccak_256(concat(x, y)).slice(12);
}

/**
 * Affine coordinates of a public key, 32 bytes each, as the registry wants them.
 * @param compressed 33 bytes
 * @throws TssError `invalidKeyShare` if it is no point
 */
export function affineCoordinates(compressed: Uint8Array): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const bytes = decodePoint(compressed)?.toBytes(false);
  if (bytes === undefined) throw new TssError("invalidKeyShare", "a public key of a record is no point");
  return { x: bytes.slice(1, 33), y: bytes.slice(33) };
}

/** Encodes points by party. */
export function encodePoints(points: ReadonlyMap<PartyIndex, Point>): ReadonlyMap<PartyIndex, Uint8Array> {
  return new Map([...points].map(([party, point]) => [party, encodePoint(point)]));
}
