import { encodeParties } from "../engine/context.ts";
import { type Domain, encodeDomain } from "../envelope/domain.ts";
import { readDomain } from "../envelope/frame.ts";
import { TssError } from "../errors.ts";
import { concat, u8, u16 } from "../math/bytes.ts";
import { type PartyIndex, partyIndex } from "../math/party-index.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { type ByteReader, createReader } from "../math/reader.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { assertRecord } from "./key-share.ts";
import type { PublicRecord } from "./record.ts";

/** Version of the layout of {@link encodePublicRecord}. */
export const RECORD_VERSION = 1;

/**
 * Encodes a record for whoever needs it without a share: a member that restores a backup, a reader of the chain. Public.
 * @returns version(1) ‖ domain(92) ‖ the fields in the layout of docs/protocol/backup.md
 */
export function encodePublicRecord(record: PublicRecord): Uint8Array {
  return concat(u8(RECORD_VERSION), encodeDomain(record.domain), encodeRecord(record));
}

/**
 * Decodes and validates a record. It may come from anybody: compare its hash with the one that is confirmed on chain.
 * @throws TssError `invalidKeyShare` for another version or layout, or members, shares and key that do not fit together
 */
export function decodePublicRecord(bytes: Uint8Array): PublicRecord {
  const reader = createReader(bytes);
  const version = reader.u8();
  const domain = readDomain(reader);
  const record = domain && readRecord(reader, domain);
  if (version !== RECORD_VERSION || record === undefined || !reader.isComplete()) throw brokenRecord();
  assertRecord(record);
  return record;
}

function brokenRecord(): TssError {
  return new TssError("invalidKeyShare", "the public record has a wrong version or layout");
}

/** t(2) ‖ n(2) ‖ n × (index(2) ‖ identity key(33)) ‖ pk(33) ‖ n × S_j(33) ‖ H(cc)(32) ‖ e2(32). */
export function encodeRecord(record: PublicRecord): Uint8Array {
  return concat(
    u16(record.minSigners),
    u16(record.parties.size),
    encodeParties(record.parties),
    record.groupKey,
    ...record.verificationShares.values(),
    record.chainCodeHash,
    record.openingsHash,
  );
}

/** Reads what {@link encodeRecord} writes; undefined if it is cut short or the parties do not ascend. Not validated. */
export function readRecord(reader: ByteReader, domain: Domain): PublicRecord | undefined {
  const minSigners = reader.u16();
  const parties = readParties(reader);
  const groupKey = reader.bytes(POINT_LENGTH);
  if (minSigners === undefined || parties === undefined || groupKey === undefined) return undefined;
  const verificationShares = new Map<PartyIndex, Uint8Array>();
  for (const party of parties.keys()) {
    const point = reader.bytes(POINT_LENGTH);
    if (point !== undefined) verificationShares.set(party, point);
  }
  const chainCodeHash = reader.bytes(HASH_LENGTH);
  const openingsHash = reader.bytes(HASH_LENGTH);
  if (chainCodeHash === undefined || openingsHash === undefined) return undefined;
  return { domain, minSigners, parties, groupKey, verificationShares, chainCodeHash, openingsHash };
}

/** Strictly ascending, so that a record has one encoding only. */
function readParties(reader: ByteReader): ReadonlyMap<PartyIndex, Uint8Array> | undefined {
  const size = reader.u16() ?? 0;
  const parties = new Map<PartyIndex, Uint8Array>();
  let previous = 0;
  for (let i = 0; i < size; i++) {
    const party = reader.u16();
    const key = reader.bytes(POINT_LENGTH);
    if (party === undefined || key === undefined || party <= previous) return undefined;
    parties.set(partyIndex(party), key);
    previous = party;
  }
  return parties;
}
