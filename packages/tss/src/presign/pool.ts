import { TssError } from "../errors.ts";
import { assertLength, equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { H } from "../transcript/hash.ts";
import { burnPresignature, type Presignature } from "./presignature.ts";

/** Limits of a pool. */
export type PoolLimits = {
  /** Most unused presignatures of one signing set; 32 is a good number. */
  readonly perSigningSet: number;
  /** A presignature that is older than this is burnt, in the unit of the caller's clock (seconds, blocks). */
  readonly maxAge: bigint;
};

/** An unused presignature and when it was confirmed, by the caller's clock. */
type Pooled = { readonly presignature: Presignature; readonly since: bigint };

/**
 * The unused presignatures of one key and epoch: immutable, every function returns the next pool. It holds them in
 * memory only. An older value of a pool is harmless: the presignatures in it are consumed or burnt all the same.
 */
export type PresignaturePool = {
  /** Hash of the public record: names the key, the epoch and the key generation, 32 bytes. */
  readonly recordHash: Uint8Array;
  readonly limits: PoolLimits;
  readonly entries: readonly Pooled[];
};

/**
 * A pool without presignatures.
 * @param recordHash of the key share, 32 bytes
 * @throws TssError `invalidLength`; `integerOutOfRange` unless both limits are at least 1
 */
export function emptyPool(recordHash: Uint8Array, limits: PoolLimits): PresignaturePool {
  assertLength(recordHash, 32, "recordHash");
  if (!Number.isInteger(limits.perSigningSet) || limits.perSigningSet < 1 || limits.maxAge < 1n) {
    throw new TssError("integerOutOfRange", "a pool keeps at least one presignature, for at least one unit of time");
  }
  return { recordHash: recordHash.slice(), limits, entries: [] };
}

/**
 * Adds confirmed presignatures. Those above the limit of their signing set are burnt, and so are those of another key
 * or epoch: a session that ended late must not bring back what a refresh purged.
 * @param now by the caller's clock
 *
 * Side effects: burns what is not kept.
 */
export function addToPool(pool: PresignaturePool, batch: readonly Presignature[], now: bigint): PresignaturePool {
  let entries = pool.entries;
  for (const presignature of batch) {
    const held = entries.filter((entry) => hasSigners(entry.presignature, signersOf(presignature))).length;
    const isNew = !entries.some((entry) => entry.presignature === presignature) && !presignature.isConsumed;
    if (isNew && belongs(pool, presignature) && held < pool.limits.perSigningSet) {
      entries = [...entries, { presignature, since: now }];
    } else if (isNew) burnPresignature(presignature);
  }
  return { ...pool, entries };
}

/** How many unused presignatures there are for a signing set, in any order of its members. */
export function countInPool(pool: PresignaturePool, signers: readonly PartyIndex[]): number {
  return pool.entries.filter((entry) => hasSigners(entry.presignature, signers)).length;
}

/**
 * Which presignature serves which decision, so that all signers choose alike without a message: in the order of the
 * decisions on chain, each gets the one with the lowest H('presig/order', decision, id) that no earlier decision has.
 * Signers whose pools differ in a few presignatures still agree on most.
 * @param decisions ids of the open decisions that this signing set serves, 32 bytes each, in the order of the chain
 * @returns ids, 32 bytes, in the order of the decisions; undefined where none is left
 */
export function allocatePresignatures(
  pool: PresignaturePool,
  signers: readonly PartyIndex[],
  decisions: readonly Uint8Array[],
): readonly (Uint8Array | undefined)[] {
  let free = pool.entries.map((entry) => entry.presignature).filter((entry) => hasSigners(entry, signers));
  return decisions.map((decision) => {
    const ranked = free.map((entry) => ({ entry, rank: H("presig/order", decision, entry.terms.id) }));
    const first = ranked.sort((a, b) => compareBytes(a.rank, b.rank))[0]?.entry;
    free = free.filter((entry) => entry !== first);
    return first?.terms.id;
  });
}

/**
 * Takes a presignature out, to sign with at once.
 * @param id 32 bytes
 * @returns the pool without it, and the presignature; undefined if it is not there, or was used or burnt elsewhere
 */
export function takeFromPool(
  pool: PresignaturePool,
  id: Uint8Array,
): { readonly pool: PresignaturePool; readonly presignature: Presignature | undefined } {
  const found = pool.entries.find(({ presignature }) => equalBytes(presignature.terms.id, id))?.presignature;
  const rest = { ...pool, entries: pool.entries.filter((entry) => entry.presignature !== found) };
  return { pool: rest, presignature: found?.isConsumed === false ? found : undefined };
}

/**
 * Burns all presignatures of signing sets with `partner`: after a ban inside the set.
 *
 * Side effects: destroys their secrets.
 */
export function burnPresignaturesOf(pool: PresignaturePool, partner: PartyIndex): PresignaturePool {
  return burnWhere(pool, ({ presignature }) => presignature.terms.parties.has(partner));
}

/**
 * Burns what has reached the age limit.
 * @param now by the caller's clock; a clock that went back burns everything, since no age can be told any more
 *
 * Side effects: destroys their secrets.
 */
export function burnExpired(pool: PresignaturePool, now: bigint): PresignaturePool {
  return burnWhere(pool, ({ since }) => now < since || now - since >= pool.limits.maxAge);
}

/**
 * Burns everything: on refresh, reshare, restore from a backup, or when peers have seen a later state than this one.
 *
 * Side effects: destroys their secrets.
 */
export function purgePool(pool: PresignaturePool): PresignaturePool {
  return burnWhere(pool, () => true);
}

function burnWhere(pool: PresignaturePool, isLost: (entry: Pooled) => boolean): PresignaturePool {
  for (const entry of pool.entries) if (isLost(entry)) burnPresignature(entry.presignature);
  return { ...pool, entries: pool.entries.filter((entry) => !isLost(entry)) };
}

function belongs({ recordHash }: PresignaturePool, { terms }: Presignature): boolean {
  return equalBytes(recordHash, terms.recordHash);
}

function signersOf({ terms }: Presignature): readonly PartyIndex[] {
  return [...terms.parties.keys()];
}

function hasSigners({ terms }: Presignature, signers: readonly PartyIndex[]): boolean {
  return terms.parties.size === signers.length && signers.every((party) => terms.parties.has(party));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
