import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addToPool,
  allocatePresignatures,
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
  startSigning,
  takeFromPool,
  wipeKeyShare,
} from "../../src/index.ts";
import { Secret } from "../../src/math/secret.ts";
import { Presignature as PresignatureClass, takePresignature } from "../../src/presign/presignature.ts";
import { onlyOne } from "../../src/presign/start.ts";
import { H } from "../../src/transcript/hash.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { signingInput } from "../harness/sessions.ts";
import { TEST_SEED } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const committee = createCommittee(2, 3, "pool");
const share = must(dealKeyShares(committee).get(one));
const record = bytes32("record");
const LIMITS = { perSigningSet: 3, maxAge: 100n };
const EMPTY = emptyPool(record, LIMITS);

/** A presignature that a pool can hold; nothing here needs it to sign. */
function makePresignature(name: string, other: PartyIndex = two, recordHash = record): Presignature {
  const parties = new Map([...committee.parties].filter(([party]) => party === one || party === other));
  const terms = {
    id: H("presig/id", bytes32(name)),
    domain: committee.domain,
    self: one,
    parties,
    groupKey: must(committee.parties.get(one)),
    recordHash,
    noncePoint: must(committee.parties.get(two)),
  };
  return new PresignatureClass(terms, { phi: new Secret(1n), u: new Secret(2n), v: new Secret(3n) }, share);
}

function batchOf(count: number, other?: PartyIndex): readonly Presignature[] {
  return Array.from({ length: count }, (_, i) => makePresignature(`number ${i} with ${other ?? two}`, other));
}

describe("a presignature's life", () => {
  it("is ready, then used, and stays used when it is burnt after that", () => {
    const presignature = makePresignature("one life");
    expect([presignature.status, presignature.isConsumed]).toEqual(["ready", false]);
    takePresignature(presignature);
    burnPresignature(presignature);
    expect([presignature.status, presignature.isConsumed]).toEqual(["used", true]);
  });

  it("is ready, then burned, and cannot be used after that", () => {
    const presignature = makePresignature("one life");
    burnPresignature(presignature);
    expect([presignature.status, presignature.isConsumed]).toEqual(["burned", true]);
    expect(() => takePresignature(presignature)).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
  });

  it("ends with its key share", () => {
    const own = must(dealKeyShares(committee, "short-lived").get(one));
    const { terms } = makePresignature("orphan");
    const orphan = new PresignatureClass(terms, { phi: new Secret(1n), u: new Secret(2n), v: new Secret(3n) }, own);
    wipeKeyShare(own);
    expect(() => takePresignature(orphan)).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
  });

  it("is used even by a signing that is refused", () => {
    const presignature = makePresignature("refused");
    const input = { ...signingInput(committee, one, presignature), beacon: new Uint8Array(31) };
    expect(() => startSigning(input, committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "invalidLength" }),
    );
    expect(presignature.status).toBe("used");
  });
});

describe("an object that only looks like a presignature", () => {
  const fake: Presignature = Object.create(PresignatureClass.prototype, {
    terms: { value: makePresignature("imitated").terms },
  });

  it("is burned, and is nothing to take or to burn", () => {
    expect([fake.status, fake.isConsumed]).toEqual(["burned", true]);
    expect(() => burnPresignature(fake)).not.toThrow();
    expect(() => takePresignature(fake)).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
  });
});

describe("a session of one presignature", () => {
  it("makes one", () => {
    const [presignature] = batchOf(1);
    expect(onlyOne([must(presignature)])).toBe(presignature);
    expect(() => onlyOne([])).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
  });
});

describe("a pool", () => {
  it("is of one record, and may keep one presignature for one unit of time", () => {
    const { limits } = emptyPool(record, { perSigningSet: 1, maxAge: 1n });
    expect(limits).toEqual({ perSigningSet: 1, maxAge: 1n });
    expect(() => emptyPool(record.slice(1), LIMITS)).toThrowError(expect.objectContaining({ code: "invalidLength" }));
  });

  it("counts for a signing set what that very set has made", () => {
    const pool = addToPool(EMPTY, batchOf(2, two), 0n);
    const counts = [[one], [two], [one, two], [one, three], [one, two, three]].map((set) => countInPool(pool, set));
    expect(counts).toEqual([0, 0, 2, 0, 0]);
  });

  it("takes out the presignature that is named, and keeps the others", () => {
    const batch = batchOf(3);
    const second = must(batch[1]);
    const { pool, presignature } = takeFromPool(addToPool(EMPTY, batch, 0n), second.terms.id);
    expect(presignature).toBe(second);
    expect(pool.entries.map((entry) => entry.presignature)).toEqual([batch[0], batch[2]]);
  });

  it("keeps what was added at this very moment", () => {
    expect(burnExpired(addToPool(EMPTY, batchOf(1), 5n), 5n).entries).toHaveLength(1);
  });

  it("gives each decision the lowest hash of all, also where the first bytes are the same", () => {
    const batch = batchOf(3);
    const pool = addToPool(EMPTY, batch, 0n);
    for (let i = 0; i < 3_000; i++) {
      const decision = bytes32(`decision ${i}`);
      const ranks = batch.map(({ terms }) => ({ id: terms.id, rank: H("presig/order", decision, terms.id) }));
      const [lowest] = ranks.sort((a, b) => Buffer.compare(a.rank, b.rank));
      expect(allocatePresignatures(pool, [one, two], [decision])).toEqual([must(lowest).id]);
    }
  });

  it("keeps each signing set up to its limit and burns the rest", () => {
    const [withTwo, withThree] = [batchOf(4, two), batchOf(2, three)];
    const pool = addToPool(addToPool(EMPTY, withTwo, 0n), withThree, 0n);
    expect([countInPool(pool, [two, one]), countInPool(pool, [one, three])]).toEqual([3, 2]);
    expect(withTwo.map(({ status }) => status)).toEqual(["ready", "ready", "ready", "burned"]);
  });

  it("takes nothing of another key, epoch or key generation, and nothing twice", () => {
    const foreign = makePresignature("foreign", two, bytes32("another record"));
    const own = makePresignature("own");
    const pool = addToPool(addToPool(EMPTY, [foreign, own], 0n), [own], 0n);
    expect(countInPool(pool, [one, two])).toBe(1);
    expect([foreign.status, own.status]).toEqual(["burned", "ready"]);
  });

  it("takes nothing that was used or burnt", () => {
    const [used, burnt] = [makePresignature("used"), makePresignature("burnt")];
    takePresignature(used);
    burnPresignature(burnt);
    expect(addToPool(EMPTY, [used, burnt], 0n).entries).toEqual([]);
  });

  it("hands a presignature out once, from an older value of the pool too", () => {
    const [presignature] = batchOf(1);
    const pool = addToPool(EMPTY, [must(presignature)], 0n);
    const { id } = must(presignature).terms;
    const taken = takeFromPool(pool, id);
    expect(taken.presignature).toBe(presignature);
    expect(takeFromPool(taken.pool, id).presignature).toBeUndefined();
    takePresignature(must(taken.presignature));
    expect(takeFromPool(pool, id).presignature).toBeUndefined();
    expect(takeFromPool(pool, bytes32("unknown")).presignature).toBeUndefined();
  });

  it("burns the sets with a banned partner and no others", () => {
    const pool = addToPool(addToPool(EMPTY, batchOf(2, two), 0n), batchOf(2, three), 0n);
    const rest = burnPresignaturesOf(pool, two);
    expect([countInPool(rest, [one, two]), countInPool(rest, [one, three])]).toEqual([0, 2]);
    expect(pool.entries.map(({ presignature }) => presignature.status)).toEqual(["burned", "burned", "ready", "ready"]);
  });

  it.each([
    [99n, 1],
    [100n, 0],
    [-1n, 0],
  ])("at time %i, what was confirmed at 0 and may grow 100 old: %i left", (now, left) => {
    const pool = addToPool(EMPTY, batchOf(1), 0n);
    expect(burnExpired(pool, now).entries).toHaveLength(left);
    expect(pool.entries[0]?.presignature.status).toBe(left === 1 ? "ready" : "burned");
  });

  it("burns everything when it is purged", () => {
    const batch = batchOf(3);
    expect(purgePool(addToPool(EMPTY, batch, 0n)).entries).toEqual([]);
    expect(batch.every(({ status }) => status === "burned")).toBe(true);
  });

  it.each([
    { perSigningSet: 0, maxAge: 1n },
    { perSigningSet: 1.5, maxAge: 1n },
    { perSigningSet: 1, maxAge: 0n },
  ])("refuses limits that keep nothing: %o", (limits) => {
    expect(() => emptyPool(record, limits)).toThrowError(expect.objectContaining({ code: "integerOutOfRange" }));
  });
});

describe("allocation by decision order", () => {
  const decisions = [1, 2, 3, 4].map((number) => bytes32(`decision ${number}`));

  it("gives every decision its own presignature of the set, and none when none is left", () => {
    const pool = addToPool(addToPool(EMPTY, batchOf(3), 0n), batchOf(1, three), 0n);
    const allocated = allocatePresignatures(pool, [one, two], decisions);
    expect(allocated[3]).toBeUndefined();
    const ids = allocated.slice(0, 3).map((id) => Buffer.from(must(id)).toString("hex"));
    expect(new Set(ids).size).toBe(3);
  });

  it("does not depend on the order in which presignatures came", () => {
    const batch = batchOf(3);
    const forwards = allocatePresignatures(addToPool(EMPTY, batch, 0n), [one, two], decisions);
    const backwards = allocatePresignatures(addToPool(EMPTY, [...batch].reverse(), 5n), [two, one], decisions);
    expect(backwards).toEqual(forwards);
  });

  it("follows the order of the decisions, not their ids alone", () => {
    const pool = addToPool(EMPTY, batchOf(1), 0n);
    const [first, second] = decisions;
    const ordered = allocatePresignatures(pool, [one, two], [must(first), must(second)]);
    const reversed = allocatePresignatures(pool, [one, two], [must(second), must(first)]);
    expect(ordered.map((id) => id !== undefined)).toEqual([true, false]);
    expect(reversed.map((id) => id !== undefined)).toEqual([true, false]);
  });

  it("leaves a decision its presignature when another signer misses one that it did not choose", () => {
    const batch = batchOf(3);
    const [decision] = decisions;
    const [chosen] = allocatePresignatures(addToPool(EMPTY, batch, 0n), [one, two], [must(decision)]);
    const missing = must(batch.find(({ terms }) => terms.id !== chosen));
    const smaller = batch.filter((presignature) => presignature !== missing);
    expect(allocatePresignatures(addToPool(EMPTY, smaller, 0n), [one, two], [must(decision)])).toEqual([chosen]);
  });
});

type Action =
  | { readonly kind: "add"; readonly count: number; readonly withThree: boolean }
  | { readonly kind: "sign"; readonly pick: number; readonly version: number }
  | { readonly kind: "ban"; readonly three: boolean }
  | { readonly kind: "age"; readonly by: number }
  | { readonly kind: "purge" };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add" as const), count: fc.nat(3), withThree: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("sign" as const), pick: fc.nat(20), version: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("ban" as const), three: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("age" as const), by: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "purge" as const }) },
);

type Run = {
  /** All values of the pool so far, the newest last. */
  readonly versions: PresignaturePool[];
  readonly made: Presignature[];
  /** How often each was used. */
  readonly uses: Map<Presignature, number>;
  now: bigint;
};

function makeBatch({ made }: Run, count: number, other: PartyIndex): readonly Presignature[] {
  const batch = Array.from({ length: count }, (_, i) => makePresignature(`${made.length + i}`, other));
  made.push(...batch);
  return batch;
}

/** Takes one of those ever made out of some value of the pool, and uses it if it comes. */
function useOne({ versions, made, uses }: Run, pick: number, version: number): PresignaturePool {
  const pool = must(versions.at(-1 - (version % versions.length)));
  const target = made[pick % Math.max(1, made.length)];
  if (target === undefined) return pool;
  const taken = takeFromPool(pool, target.terms.id);
  if (taken.presignature !== undefined) {
    takePresignature(taken.presignature);
    uses.set(taken.presignature, (uses.get(taken.presignature) ?? 0) + 1);
  }
  return taken.pool;
}

function next(run: Run, step: Action): PresignaturePool {
  const pool = must(run.versions.at(-1));
  switch (step.kind) {
    case "add":
      return addToPool(pool, makeBatch(run, step.count, step.withThree ? three : two), run.now);
    case "sign":
      return useOne(run, step.pick, step.version);
    case "ban":
      return burnPresignaturesOf(pool, step.three ? three : two);
    case "age":
      run.now += BigInt(step.by);
      return burnExpired(pool, run.now);
    case "purge":
      return purgePool(pool);
  }
}

/** Carries out actions on a pool, some of them on older values of it. */
function interleave(actions: readonly Action[]): Run {
  const run: Run = { versions: [EMPTY], made: [], uses: new Map(), now: 0n };
  for (const step of actions) run.versions.push(next(run, step));
  return run;
}

describe(`any interleaving (seed ${TEST_SEED})`, () => {
  const seed = Array.from(TEST_SEED).reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) | 0, 7);

  it("uses no presignature twice, and none after it was burnt", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { versions, made, uses } = interleave(actions);
        expect([...uses.values()].every((count) => count === 1)).toBe(true);
        for (const presignature of made) {
          expect(uses.has(presignature)).toBe(presignature.status === "used");
        }
        for (const pool of versions) {
          for (const signers of [
            [one, two],
            [one, three],
          ]) {
            expect(countInPool(pool, signers)).toBeLessThanOrEqual(LIMITS.perSigningSet);
          }
        }
      }),
      { seed, numRuns: 200 },
    );
  });
});
