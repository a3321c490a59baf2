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
export type PairState = { readonly alice: AlicePair; readonly bob: BobPair };

/** What a key share keeps to itself. Owned by the share. */
export type KeyShareSecrets = {
  /** s_i. */
  readonly share: Secret<Scalar>;
  /** cc, 32 bytes: known to all members, not public. */
  readonly chainCode: Uint8Array;
  /** seed_ij by other party, 32 bytes each. */
  readonly zeroSeeds: ReadonlyMap<PartyIndex, Uint8Array>;
  /** Pair state by other party; an entry is removed when the pair is burnt. */
  readonly pairs: Map<PartyIndex, PairState>;
};

const secretsOf = new WeakMap<KeyShare, KeyShareSecrets>();

/**
 * One party's share of a group key, validated: it exists only if s_i G equals the record's S_i, the chain code is the
 * record's, and all S_j lie on one polynomial of degree t - 1 with the group key at 0. Its secrets are not properties of the object, so printing or serialising it shows the public part only.
 */
export class KeyShare {
  readonly self: PartyIndex;
  readonly record: PublicRecord;
  /** Hash of `record`, 32 bytes. */
  readonly recordHash: Uint8Array;

  /**
   * Takes ownership of `secrets`.
   * @throws TssError `invalidKeyShare` if the share, the record or the pair state do not fit together
   */
  constructor(self: PartyIndex, record: PublicRecord, secrets: KeyShareSecrets) {
    assertConsistent(self, record, secrets);
    this.self = self;
    this.record = { ...record, parties: copyParties(record.parties) };
    this.recordHash = recordHash(this.record);
    secretsOf.set(this, secrets);
  }
}

/**
 * The secrets of a share, still owned by it. Not exported from the package.
 * @throws TssError `secretWiped` after {@link wipeKeyShare}
 */
export function exposeKeyShare(share: KeyShare): KeyShareSecrets {
  const secrets = secretsOf.get(share);
  if (secrets === undefined) throw new TssError("secretWiped", `the key share of party ${share.self} was wiped`);
  return secrets;
}

/**
 * Destroys the pair state with a party after a ban, in the object itself: no session in flight or to come can use it.
 * The owner stores the share again, so that the burn survives a restart.
 *
 * Side effects: changes `share`.
 */
export function burnPair(share: KeyShare, other: PartyIndex): void {
  const { pairs } = exposeKeyShare(share);
  const pair = pairs.get(other);
  if (pair === undefined) return;
  wipeAlicePair(pair.alice);
  wipeBobPair(pair.bob);
  pairs.delete(other);
}

/** Parties with which this share can still presign: those whose pair state is not burnt. */
export function usablePartners(share: KeyShare): ReadonlySet<PartyIndex> {
  return new Set(exposeKeyShare(share).pairs.keys());
}

/** The chain code, 32 bytes, a copy: needed to derive child keys; keep it among the members. */
export function exposeChainCode(share: KeyShare): Uint8Array {
  return exposeKeyShare(share).chainCode.slice();
}

/**
 * Destroys the secrets of a share, at the end of its epoch.
 *
 * Side effects: changes `share`; every later use throws `secretWiped`.
 */
export function wipeKeyShare(share: KeyShare): void {
  const secrets = exposeKeyShare(share);
  for (const other of [...secrets.pairs.keys()]) burnPair(share, other);
  secrets.share.wipe();
  wipe(secrets.chainCode, ...secrets.zeroSeeds.values());
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
  const others = [...record.parties.keys()].filter((party) => party !== self);
  if (!others.every((party) => secrets.zeroSeeds.has(party)) || secrets.zeroSeeds.size !== others.length) {
    throw new TssError("invalidKeyShare", "there must be one zero seed for each other party");
  }
  if ([...secrets.pairs.keys()].some((party) => !others.includes(party))) {
    throw new TssError("invalidKeyShare", "there is pair state with a party outside the committee");
  }
}

function assertRecord(record: PublicRecord): void {
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
