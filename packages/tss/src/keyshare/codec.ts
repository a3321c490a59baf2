import { encodeParties } from "../engine/context.ts";
import { type Domain, encodeDomain } from "../envelope/domain.ts";
import { TssError } from "../errors.ts";
import { concat, equalBytes, u8, u16, wipe } from "../math/bytes.ts";
import { type PartyIndex, partyIndex } from "../math/party-index.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { type ByteReader, createReader } from "../math/reader.ts";
import { encodeScalar } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import {
  ALICE_PAIR_LENGTH,
  BOB_PAIR_LENGTH,
  decodeAlicePair,
  decodeBobPair,
  encodeAlicePair,
  encodeBobPair,
} from "../primitives/pair.ts";
import { ZERO_SEED_LENGTH } from "../primitives/zero-share.ts";
import { H, HASH_LENGTH } from "../transcript/hash.ts";
import { exposeKeyShare, KeyShare, type KeyShareSecrets, type PairState } from "./key-share.ts";
import { type PublicRecord, recordHash } from "./record.ts";

/** Version of the stored layout. A change of the layout gets a new one; old ones stay readable. */
export const KEY_SHARE_VERSION = 1;

/**
 * Encodes a key share for the keystore (layout in docs/protocol/dkg.md). The bytes are secret: the caller encrypts and
 * wipes them. They hold pair state, so they must not be in a backup.
 * @throws TssError `secretWiped`
 */
export function encodeKeyShare(share: KeyShare): Uint8Array {
  const secrets = exposeKeyShare(share);
  const encodedShare = encodeScalar(secrets.share.expose());
  const others = [...share.record.parties.keys()].filter((party) => party !== share.self);
  const partners = others.map((other) => encodePartner(share, secrets, other));
  const body = concat(
    u8(KEY_SHARE_VERSION),
    encodeDomain(share.record.domain),
    u16(share.self),
    encodeRecord(share.record),
    encodedShare,
    secrets.chainCode,
    ...partners,
  );
  const encoded = concat(body, H("share", body));
  wipe(encodedShare, body, ...partners);
  return encoded;
}

/**
 * Decodes and validates a stored key share.
 * @param expected key, epoch and party that the caller wants: bytes of any other are refused
 * @throws TssError `invalidKeyShare` (version, layout, checksum, inconsistent content), `keyShareMismatch`
 */
export function decodeKeyShare(
  bytes: Uint8Array,
  expected: { readonly domain: Domain; readonly self: PartyIndex },
): KeyShare {
  const reader = createReader(bytes);
  const version = reader.u8();
  if (version !== KEY_SHARE_VERSION) throw new TssError("invalidKeyShare", `unknown key share version ${version}`);
  const checksum = bytes.subarray(-HASH_LENGTH);
  if (!equalBytes(checksum, H("share", bytes.subarray(0, -HASH_LENGTH)))) {
    throw new TssError("invalidKeyShare", "the key share's bytes were changed");
  }
  const domain = reader.bytes(encodeDomain(expected.domain).length);
  const self = reader.u16();
  if (domain === undefined || !equalBytes(domain, encodeDomain(expected.domain)) || self !== expected.self) {
    throw new TssError("keyShareMismatch", "the key share belongs to another key, epoch or party");
  }
  const record = readRecord(reader, expected.domain);
  const secrets = readSecrets(reader, expected.self, record);
  if (reader.bytes(HASH_LENGTH) === undefined || !reader.isComplete()) throw broken();
  return new KeyShare(expected.self, record, secrets);
}

function broken(): TssError {
  return new TssError("invalidKeyShare", "the key share has a wrong layout");
}

function encodeRecord(record: PublicRecord): Uint8Array {
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

function readRecord(reader: ByteReader, domain: Domain): PublicRecord {
  const minSigners = reader.u16();
  const parties = readParties(reader);
  const groupKey = reader.bytes(POINT_LENGTH);
  const shares = [...parties.keys()].map((party) => [party, reader.bytes(POINT_LENGTH)] as const);
  const verificationShares = new Map<PartyIndex, Uint8Array>();
  for (const [party, point] of shares) if (point !== undefined) verificationShares.set(party, point);
  const chainCodeHash = reader.bytes(HASH_LENGTH);
  const openingsHash = reader.bytes(HASH_LENGTH);
  if (minSigners === undefined || !groupKey || !chainCodeHash || !openingsHash) throw broken();
  return { domain, minSigners, parties, groupKey, verificationShares, chainCodeHash, openingsHash };
}

/** Strictly ascending, so that a record has one encoding only. */
function readParties(reader: ByteReader): ReadonlyMap<PartyIndex, Uint8Array> {
  const size = reader.u16() ?? 0;
  const parties = new Map<PartyIndex, Uint8Array>();
  let previous = 0;
  for (let i = 0; i < size; i++) {
    const party = reader.u16();
    const key = reader.bytes(POINT_LENGTH);
    if (party === undefined || key === undefined || party <= previous) throw broken();
    parties.set(partyIndex(party), key);
    previous = party;
  }
  return parties;
}

function readSecrets(reader: ByteReader, self: PartyIndex, record: PublicRecord): KeyShareSecrets {
  const share = reader.scalar();
  const chainCode = reader.bytes(HASH_LENGTH);
  if (share === undefined || chainCode === undefined) throw broken();
  const zeroSeeds = new Map<PartyIndex, Uint8Array>();
  const pairs = new Map<PartyIndex, PairState>();
  for (const other of record.parties.keys()) {
    if (other === self) continue;
    const seed = reader.bytes(ZERO_SEED_LENGTH);
    if (seed === undefined) throw broken();
    zeroSeeds.set(other, seed);
    const pair = readPair(reader, recordHash(record), self, other);
    if (pair !== undefined) pairs.set(other, pair);
  }
  return { share: new Secret(share), chainCode, zeroSeeds, pairs };
}

/** zero seed(32) ‖ 1 ‖ Alice's pair ‖ Bob's pair, or zero seed(32) ‖ 0 when the pair is burnt. */
function encodePartner(share: KeyShare, secrets: KeyShareSecrets, other: PartyIndex): Uint8Array {
  const seed = secrets.zeroSeeds.get(other) ?? new Uint8Array(0);
  const pair = secrets.pairs.get(other);
  if (pair === undefined) return concat(seed, u8(0));
  const alice = encodeAlicePair(pair.alice, pairBinding(share.recordHash, share.self, other));
  const bob = encodeBobPair(pair.bob, pairBinding(share.recordHash, other, share.self));
  const encoded = concat(seed, u8(1), alice, bob);
  wipe(alice, bob);
  return encoded;
}

/** Undefined for a burnt pair. */
function readPair(reader: ByteReader, hash: Uint8Array, self: PartyIndex, other: PartyIndex): PairState | undefined {
  const flag = reader.u8();
  if (flag === 0) return undefined;
  const encodedAlice = reader.bytes(ALICE_PAIR_LENGTH);
  const encodedBob = reader.bytes(BOB_PAIR_LENGTH);
  if (flag !== 1 || encodedAlice === undefined || encodedBob === undefined) throw broken();
  const alice = decodeAlicePair(encodedAlice, pairBinding(hash, self, other));
  const bob = decodeBobPair(encodedBob, pairBinding(hash, other, self));
  wipe(encodedAlice, encodedBob);
  if (alice === undefined || bob === undefined) {
    throw new TssError("keyShareMismatch", `the pair state with party ${other} belongs to another key or epoch`);
  }
  return { alice, bob };
}

/** Pair state belongs to one key generation (whose record names key and epoch) and one ordered pair. */
function pairBinding(hash: Uint8Array, alice: PartyIndex, bob: PartyIndex): Uint8Array {
  return H("pair/binding", hash, u16(alice), u16(bob));
}
