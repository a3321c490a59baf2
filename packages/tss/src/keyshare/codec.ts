import { type Domain, encodeDomain } from "../envelope/domain.ts";
import { TssError } from "../errors.ts";
import { concat, equalBytes, u8, u16, wipe } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
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
import {
  exposeKeyShare,
  KeyShare,
  type KeyShareSecrets,
  type PairState,
  type PartnerStatus,
  partnerStatus,
} from "./key-share.ts";
import { type PublicRecord, recordHash } from "./record.ts";
import { encodeRecord, readRecord } from "./record-codec.ts";

/** Version of the stored layout. A change of the layout gets a new one; old ones stay readable. */
export const KEY_SHARE_VERSION = 2;

/** Every version that is read. 1: a pair is ready or burnt, and a burnt one keeps its zero seed. */
type KeyShareVersion = 1 | typeof KEY_SHARE_VERSION;

/** What stands in front of a partner in version 2. */
const PARTNER = { absent: 0, ready: 1, renewed: 2, burnt: 3 } as const;

/**
 * Encodes a key share for the keystore (layout of version 2 in docs/protocol/dkg.md). The bytes are secret: the caller
 * encrypts and wipes them. They hold pair state, so they must not be in a backup.
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
  if (version !== 1 && version !== KEY_SHARE_VERSION) {
    throw new TssError("invalidKeyShare", `unknown key share version ${version}`);
  }
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
  if (record === undefined) throw broken();
  const { secrets, burnt } = readSecrets(reader, version, expected.self, record);
  if (reader.bytes(HASH_LENGTH) === undefined || !reader.isComplete()) throw broken();
  return new KeyShare(expected.self, record, secrets, burnt);
}

function broken(): TssError {
  return new TssError("invalidKeyShare", "the key share has a wrong layout");
}

function readSecrets(
  reader: ByteReader,
  version: KeyShareVersion,
  self: PartyIndex,
  record: PublicRecord,
): { readonly secrets: KeyShareSecrets; readonly burnt: ReadonlySet<PartyIndex> } {
  const share = reader.scalar();
  const chainCode = reader.bytes(HASH_LENGTH);
  if (share === undefined || chainCode === undefined) throw broken();
  const hash = recordHash(record);
  const zeroSeeds = new Map<PartyIndex, Uint8Array>();
  const pairs = new Map<PartyIndex, PairState>();
  const burnt = new Set<PartyIndex>();
  for (const other of record.parties.keys()) {
    if (other === self) continue;
    const ids = { hash, self, other };
    const partner = version === 1 ? readPartnerV1(reader, ids) : readPartner(reader, ids);
    if (partner === "burnt") burnt.add(other);
    if (typeof partner === "string") continue;
    zeroSeeds.set(other, partner.zeroSeed);
    pairs.set(other, partner.pair);
  }
  return { secrets: { share: new Secret(share), chainCode, zeroSeeds, pairs }, burnt };
}

/** Whose pair it is, under which record. */
type PairIds = { readonly hash: Uint8Array; readonly self: PartyIndex; readonly other: PartyIndex };

/** What is stored about one partner. */
type Partner = Exclude<PartnerStatus, "ready"> | { readonly zeroSeed: Uint8Array; readonly pair: PairState };

/** status(1), and if there is pair state: renewal id(32) if renewed, zero seed(32), Alice's pair, Bob's pair. */
function encodePartner(share: KeyShare, secrets: KeyShareSecrets, other: PartyIndex): Uint8Array {
  const pair = secrets.pairs.get(other);
  const zeroSeed = secrets.zeroSeeds.get(other);
  if (pair === undefined || zeroSeed === undefined) {
    return u8(partnerStatus(share, other) === "burnt" ? PARTNER.burnt : PARTNER.absent);
  }
  const { self, recordHash: hash } = share;
  const alice = encodeAlicePair(pair.alice, pairBinding(hash, self, other, pair.renewal));
  const bob = encodeBobPair(pair.bob, pairBinding(hash, other, self, pair.renewal));
  const status = u8(pair.renewal === undefined ? PARTNER.ready : PARTNER.renewed);
  const encoded = concat(status, pair.renewal ?? new Uint8Array(0), zeroSeed, alice, bob);
  wipe(alice, bob);
  return encoded;
}

function readPartner(reader: ByteReader, ids: PairIds): Partner {
  const status = reader.u8();
  if (status === PARTNER.absent) return "absent";
  if (status === PARTNER.burnt) return "burnt";
  if (status !== PARTNER.ready && status !== PARTNER.renewed) throw broken();
  const renewal = status === PARTNER.renewed ? reader.bytes(HASH_LENGTH) : undefined;
  const zeroSeed = reader.bytes(ZERO_SEED_LENGTH);
  if (zeroSeed === undefined) throw broken();
  return { zeroSeed, pair: readPair(reader, ids, renewal) };
}

/** zero seed(32) ‖ 1 ‖ Alice's pair ‖ Bob's pair, or zero seed(32) ‖ 0 when the pair is burnt. */
function readPartnerV1(reader: ByteReader, ids: PairIds): Partner {
  const zeroSeed = reader.bytes(ZERO_SEED_LENGTH);
  const flag = reader.u8();
  if (zeroSeed === undefined || (flag !== 0 && flag !== 1)) throw broken();
  return flag === 0 ? "burnt" : { zeroSeed, pair: readPair(reader, ids, undefined) };
}

function readPair(reader: ByteReader, { hash, self, other }: PairIds, renewal: Uint8Array | undefined): PairState {
  const encodedAlice = reader.bytes(ALICE_PAIR_LENGTH);
  const encodedBob = reader.bytes(BOB_PAIR_LENGTH);
  if (encodedAlice === undefined || encodedBob === undefined) throw broken();
  const alice = decodeAlicePair(encodedAlice, pairBinding(hash, self, other, renewal));
  const bob = decodeBobPair(encodedBob, pairBinding(hash, other, self, renewal));
  wipe(encodedAlice, encodedBob);
  if (alice === undefined || bob === undefined) {
    throw new TssError("keyShareMismatch", `the pair state with party ${other} belongs to another key or epoch`);
  }
  return renewal === undefined ? { alice, bob } : { alice, bob, renewal };
}

/** Pair state belongs to one key generation (whose record names key and epoch), one renewal and one ordered pair. */
function pairBinding(
  hash: Uint8Array,
  alice: PartyIndex,
  bob: PartyIndex,
  renewal: Uint8Array | undefined,
): Uint8Array {
  return H("pair/binding", hash, u16(alice), u16(bob), ...(renewal === undefined ? [] : [renewal]));
}
