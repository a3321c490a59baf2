import {
  addToPool,
  burnExpired,
  burnPresignature,
  burnPresignaturesOf,
  countInPool,
  emptyPool,
  type PartyIndex,
  type Presignature,
  type PresignaturePool,
  partyIndex,
  purgePool,
  takeFromPool,
} from "@synod/tss";
import type { PooledSet, PoolTerms } from "./messages.ts";

function signersOf({ terms }: Presignature): readonly PartyIndex[] {
  return [...terms.parties.keys()];
}

function isOf(presignature: Presignature, signers: readonly number[]): boolean {
  return signersOf(presignature).join() === [...signers].sort((a, b) => a - b).join();
}

/**
 * The unused presignatures of every key share, in the memory of this thread and nowhere else. What is taken is out of
 * the pool before anything is sent, so that of two tasks that ask for the same one only the first gets it.
 */
export class PresignaturePools {
  readonly #pools = new Map<string, PresignaturePool>();
  readonly #changed: (share: string, sets: readonly PooledSet[]) => void;

  /** @param changed hears the new counts of a share's pool after every change */
  constructor(changed: (share: string, sets: readonly PooledSet[]) => void) {
    this.#changed = changed;
  }

  /**
   * Keeps a batch of one signing set. What a signer holds and its leader has lost would fill the pool for ever: the
   * oldest of the set make room.
   *
   * Side effects: burns what has no room.
   */
  add(share: string, batch: readonly Presignature[], { perSigningSet, maxAgeBlocks, atBlock }: PoolTerms): void {
    const [first] = batch;
    if (first === undefined) return;
    let pool = this.#pools.get(share) ?? emptyPool(first.terms.recordHash, { perSigningSet, maxAge: maxAgeBlocks });
    const signers = signersOf(first);
    for (let over = countInPool(pool, signers) + batch.length - perSigningSet; over > 0; over -= 1) {
      const oldest = pool.entries.find(({ presignature }) => isOf(presignature, signers))?.presignature;
      if (oldest === undefined) break;
      pool = takeFromPool(pool, oldest.terms.id).pool;
      burnPresignature(oldest);
    }
    this.#set(share, addToPool(pool, batch, atBlock));
  }

  /** Takes the oldest presignature of a signing set, to sign with at once; undefined when there is none. */
  takeOldest(share: string, signers: readonly number[]): Presignature | undefined {
    const entries = this.#pools.get(share)?.entries ?? [];
    const usable = entries.find(({ presignature }) => isOf(presignature, signers) && !presignature.isConsumed);
    return usable && this.take(share, usable.presignature.terms.id, signers);
  }

  /** Takes one presignature by its id, 32 bytes; undefined when it is not here or not of this signing set. */
  take(share: string, id: Uint8Array, signers: readonly number[]): Presignature | undefined {
    const pool = this.#pools.get(share);
    if (pool === undefined) return undefined;
    const taken = takeFromPool(pool, id);
    if (taken.presignature === undefined || !isOf(taken.presignature, signers)) return undefined;
    this.#set(share, taken.pool);
    return taken.presignature;
  }

  /** Burns all presignatures of a signing set: one of its signers has lost them. */
  burnSet(share: string, signers: readonly number[]): void {
    for (let one = this.takeOldest(share, signers); one !== undefined; one = this.takeOldest(share, signers))
      burnPresignature(one);
  }

  /** Burns all presignatures of sets with a party that cheated. */
  burnPartner(share: string, party: number): void {
    const pool = this.#pools.get(share);
    if (pool !== undefined) this.#set(share, burnPresignaturesOf(pool, partyIndex(party)));
  }

  /**
   * Burns what is too old, what was made with a banned party, and everything of shares that are not among the living.
   * @param living banned parties by the name of the share
   */
  tend(living: ReadonlyMap<string, readonly number[]>, atBlock: bigint): void {
    for (const [share, pool] of this.#pools) {
      const banned = living.get(share);
      const left = banned?.reduce((kept, party) => burnPresignaturesOf(kept, partyIndex(party)), pool);
      const next = left === undefined ? purgePool(pool) : burnExpired(left, atBlock);
      if (next.entries.length !== pool.entries.length) this.#set(share, next);
    }
  }

  /** Burns everything. */
  purge(): void {
    for (const [share, pool] of this.#pools) this.#set(share, purgePool(pool));
  }

  #set(share: string, pool: PresignaturePool): void {
    if (pool.entries.length === 0) this.#pools.delete(share);
    else this.#pools.set(share, pool);
    this.#changed(share, setsOf(pool));
  }
}

function setsOf(pool: PresignaturePool): readonly PooledSet[] {
  const sets = new Map(
    pool.entries.map(({ presignature }) => [signersOf(presignature).join(), signersOf(presignature)]),
  );
  return [...sets.values()].map((signers) => ({ signers, count: countInPool(pool, signers) }));
}
