import { copyParties, MAX_PARTIES, type Parties } from "../engine/context.ts";
import { TssError } from "../errors.ts";
import { equalBytes, wipe } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint, encodePoint, multiplyBase } from "../math/point.ts";
import type { Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";
import { type AlicePair, type BobPair, wipeAlicePair, wipeBobPair } from "../primitives/pair.ts";
import { H } from "../transcript/hash.ts";
import { isSharedWithThreshold } from "./degree-check.ts";
import { type PublicRecord, recordHash } from "./record.ts";

/** Correlated randomness with one other party, in both roles. */
export type PairState = {
  readonly alice: AlicePair;
  readonly bob: BobPair;
  /** Id of the renewal that made it, 32 bytes; absent if it was made with the key. */
  readonly renewal?: Uint8Array;
};

/**
 * What a share has with one other party. absent: nothing yet, as after a restore; a renewal makes it. ready: pair state
 * and zero seed. burnt: the party was banned; there is no way back in this epoch.
 */
export type PartnerStatus = "absent" | "ready" | "burnt";

/** What a key share keeps to itself. Owned by the share. */
export type KeyShareSecrets = {
  /** s_i. */
  readonly share: Secret<Scalar>;
  /** cc, 32 bytes: known to all members, not public. */
  readonly chainCode: Uint8Array;
  /** seed_ij by other party, 32 bytes each: exactly for the parties with pair state. */
  readonly zeroSeeds: ReadonlyMap<PartyIndex, Uint8Array>;
  /** Pair state by other party. */
  readonly pairs: Map<PartyIndex, PairState>;
};

/** The share's own maps, which a burn or a renewal changes. */
type Owned = KeyShareSecrets & {
  readonly zeroSeeds: Map<PartyIndex, Uint8Array>;
  readonly burnt: Set<PartyIndex>;
};

const secretsOf = new WeakMap<KeyShare, Owned>();

/**
 * One party's share of a group key, validated: it exists only if s_i G equals the record's S_i, the chain code is the
 * record's, and all S_j lie on one polynomial of degree t - 1 with the group key at 0. Its secrets are not properties of
 * the object, so printing or serialising it shows the public part only.
 */
export class KeyShare {
  readonly self: PartyIndex;
  readonly record: PublicRecord;
  /** Hash of `record`, 32 bytes. */
  readonly recordHash: Uint8Array;

  /**
   * Takes ownership of `secrets`.
   * @param burnt banned parties, without pair state
   * @throws TssError `invalidKeyShare` if the share, the record or the pair state do not fit together
   */
  constructor(
    self: PartyIndex,
    record: PublicRecord,
    secrets: KeyShareSecrets,
    burnt: ReadonlySet<PartyIndex> = new Set(),
  ) {
    assertConsistent(self, record, secrets);
    assertPartners(self, record, secrets, burnt);
    this.self = self;
    this.record = { ...record, parties: copyParties(record.parties) };
    this.recordHash = recordHash(this.record);
    const { zeroSeeds, pairs } = secrets;
    secretsOf.set(this, {
      ...secrets,
      zeroSeeds: new Map(zeroSeeds),
      pairs: new Map(pairs),
      burnt: new Set(burnt),
    });
  }
}

/** Whether the share still has its secrets: false after {@link wipeKeyShare}. */
export function isHeld(share: KeyShare): boolean {
  return secretsOf.has(share);
}

/**
 * The secrets of a share, still owned by it. Not exported from the package.
 * @throws TssError `secretWiped` after {@link wipeKeyShare}
 */
export function exposeKeyShare(share: KeyShare): KeyShareSecrets {
  return ownedBy(share);
}

function ownedBy(share: KeyShare): Owned {
  const owned = secretsOf.get(share);
  if (owned === undefined) throw new TssError("secretWiped", `the key share of party ${share.self} was wiped`);
  return owned;
}

/**
 * Destroys the pair state with a party after a ban, in the object itself: no session in flight or to come can use it,
 * and no renewal brings it back. The owner stores the share again, so that the burn survives a restart.
 *
 * Side effects: changes `share`.
 */
export function burnPair(share: KeyShare, other: PartyIndex): void {
  if (other === share.self || !share.record.parties.has(other)) return;
  const owned = ownedBy(share);
  forgetPartner(owned, other);
  owned.burnt.add(other);
}

/**
 * Puts the result of a renewal in place of what the share had with a party, and wipes that. Takes ownership of `pair`
 * and `zeroSeed`. Not exported from the package.
 *
 * Side effects: changes `share`.
 * @throws TssError `bannedParty` if the pair was burnt, `invalidParties` if the party is no other member
 */
export function installPair(share: KeyShare, other: PartyIndex, pair: PairState, zeroSeed: Uint8Array): void {
  if (partnerStatus(share, other) === "burnt") {
    throw new TssError("bannedParty", `party ${other} is banned for this epoch: its pair is never renewed`);
  }
  const owned = ownedBy(share);
  forgetPartner(owned, other);
  owned.pairs.set(other, pair);
  owned.zeroSeeds.set(other, zeroSeed);
}

function forgetPartner(owned: Owned, other: PartyIndex): void {
  const pair = owned.pairs.get(other);
  if (pair === undefined) return;
  wipeAlicePair(pair.alice);
  wipeBobPair(pair.bob);
  wipe(owned.zeroSeeds.get(other) ?? new Uint8Array(0));
  owned.pairs.delete(other);
  owned.zeroSeeds.delete(other);
}

/** Parties with which this share can presign: those with pair state. */
export function usablePartners(share: KeyShare): ReadonlySet<PartyIndex> {
  return new Set(ownedBy(share).pairs.keys());
}

/**
 * Whether what was made with the share and these parties may still be used: the share exists, and none of them was
 * banned since.
 */
export function isStanding(share: KeyShare, parties: Iterable<PartyIndex>): boolean {
  const owned = secretsOf.get(share);
  return owned !== undefined && ![...parties].some((party) => owned.burnt.has(party));
}

/**
 * Where the share stands with another member.
 * @throws TssError `invalidParties` for this party itself or a stranger
 */
export function partnerStatus(share: KeyShare, other: PartyIndex): PartnerStatus {
  if (other === share.self || !share.record.parties.has(other)) {
    throw new TssError("invalidParties", `party ${other} is not another member of the committee`);
  }
  const { pairs, burnt } = ownedBy(share);
  if (pairs.has(other)) return "ready";
  return burnt.has(other) ? "burnt" : "absent";
}

/**
 * Which setup the pair state with a party comes from, 32 bytes: equal at both if they fit together. The record hash for
 * a pair made with the key, the id of the renewal after one. Public; undefined without pair state.
 */
export function pairId(share: KeyShare, other: PartyIndex): Uint8Array | undefined {
  const pair = ownedBy(share).pairs.get(other);
  return pair && (pair.renewal ?? share.recordHash);
}

/** The chain code, 32 bytes, a copy: needed to derive child keys; keep it among the members. */
export function exposeChainCode(share: KeyShare): Uint8Array {
  return exposeKeyShare(share).chainCode.slice();
}

/**
 * Destroys the secrets of a share, at the end of its epoch.
 *
 * Side effects: changes `share`; every later use throws `secretWiped`. A session under way that computes with it aborts
 * with `keyShareWiped` at its next round.
 */
export function wipeKeyShare(share: KeyShare): void {
  const owned = ownedBy(share);
  for (const other of [...owned.pairs.keys()]) forgetPartner(owned, other);
  owned.share.wipe();
  wipe(owned.chainCode);
  secretsOf.delete(share);
}

function assertConsistent(self: PartyIndex, record: PublicRecord, secrets: KeyShareSecrets): void {
  assertRecord(record);
  const own = record.verificationShares.get(self);
  const point = multiplyBase(secrets.share.expose());
  if (own === undefined || point.is0() || !equalBytes(own, encodePoint(point))) {
    throw new TssError("invalidKeyShare", `the share is not the one the record names for party ${self}`);
  }
  if (!equalBytes(record.chainCodeHash, H("record/chain-code", secrets.chainCode))) {
    throw new TssError("invalidKeyShare", "the chain code is not the one the record names");
  }
}

function assertPartners(
  self: PartyIndex,
  record: PublicRecord,
  { zeroSeeds, pairs }: KeyShareSecrets,
  burnt: ReadonlySet<PartyIndex>,
): void {
  if (zeroSeeds.size !== pairs.size || ![...pairs.keys()].every((party) => zeroSeeds.has(party))) {
    throw new TssError("invalidKeyShare", "there must be one zero seed for each party with pair state");
  }
  const partners = [...pairs.keys(), ...burnt];
  if (new Set(partners).size !== partners.length) {
    throw new TssError("invalidKeyShare", "there is pair state with a party whose pair was burnt");
  }
  if (partners.some((party) => party === self || !record.parties.has(party))) {
    throw new TssError("invalidKeyShare", "there is pair state with a party outside the committee");
  }
}

/**
 * Throws `invalidKeyShare` unless the record names 2..64 ascending members, a possible threshold, and verification
 * shares that share the group key with it.
 */
export function assertRecord(record: PublicRecord): void {
  const members = [...record.parties.keys()];
  if (!isCommittee(record.parties)) {
    throw new TssError("invalidKeyShare", "the members are not 2..64 ascending parties with distinct identity keys");
  }
  if (!Number.isInteger(record.minSigners) || record.minSigners < 2 || record.minSigners > members.length) {
    throw new TssError("invalidKeyShare", `minSigners ${record.minSigners} is not in 2..${members.length}`);
  }
  if ([...record.verificationShares.keys()].join() !== members.join() || !isSharedWithThreshold(record)) {
    throw new TssError("invalidKeyShare", "the verification shares do not share the group key");
  }
}

function isCommittee(parties: Parties): boolean {
  const [indices, keys] = [[...parties.keys()], [...parties.values()]];
  const isAscending = indices.every((index, i) => index > (indices[i - 1] ?? 0));
  const isDistinct = new Set(keys.map((key) => key.join())).size === keys.length;
  const isSized = parties.size >= 2 && parties.size <= MAX_PARTIES;
  return isSized && isAscending && isDistinct && keys.every((key) => decodePoint(key) !== undefined);
}
