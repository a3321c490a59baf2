import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aliveMembers,
  attemptAt,
  leaderOf,
  type PeerId,
  pooledSets,
  signingSet,
  toDecisionId,
} from "../../src/index.ts";
import { aCommittee, member, peer, runs, word } from "../builders.ts";

const id = toDecisionId(word("decision"));
const everyone = new Set([0, 1, 2, 3, 4].map(peer));
const nobody = new Map<PeerId, string>();

describe("attemptAt", () => {
  it.each([
    [94n, undefined],
    [95n, 0],
    [99n, 0],
    [100n, 1],
    [104n, 1],
    [105n, 2],
  ])("at finalised block %i is %s", (finalisedBlock, attempt) => {
    expect(attemptAt(finalisedBlock, 95n, 5n)).toBe(attempt);
  });
});

describe("signingSet", () => {
  const presence = fc.record({
    count: fc.integer({ min: 2, max: 9 }),
    attempt: fc.nat(50),
    connected: fc.uniqueArray(fc.nat(8)),
    banned: fc.uniqueArray(fc.nat(8)),
    minSigners: fc.integer({ min: 2, max: 9 }),
  });

  it("has exactly minSigners members, all alive and none banned, or is no set at all", () => {
    const property = fc.property(presence, ({ count, attempt, connected, banned, minSigners }) => {
      const committee = aCommittee({ minSigners: Math.min(minSigners, count) }, count);
      const seen = {
        connected: new Set(connected.map(peer)),
        banned: new Map(banned.map((index) => [peer(index), "cheated"] as const)),
      };
      const alive = aliveMembers(committee, seen);
      const signers = signingSet(id, attempt, committee, seen);
      expect(signers === undefined).toBe(alive.size < committee.minSigners);
      if (signers === undefined) return;
      expect(signers).toHaveLength(committee.minSigners);
      expect(signers).toEqual([...new Set(signers)].sort((a, b) => a - b));
      for (const signer of signers) {
        expect(signer === 0 || connected.includes(signer)).toBe(true);
        expect(banned).not.toContain(signer);
      }
    });
    fc.assert(property, runs(300));
  });

  it("is the same for all members that see the same ones alive", () => {
    const property = fc.property(fc.nat(50), fc.uniqueArray(fc.nat(4), { minLength: 2 }), (attempt, alive) => {
      const sets = alive.map((self) => {
        const connected = new Set(alive.filter((index) => index !== self).map(peer));
        return signingSet(id, attempt, aCommittee({ self: member(self) }, 5), { connected, banned: nobody });
      });
      expect(new Set(sets.map(String)).size).toBe(1);
    });
    fc.assert(property, runs(200));
  });

  it("leaves each member out within ⌈n / (n - t)⌉ attempts, from the first attempt of any cycle on", () => {
    const sizes = fc.record({
      count: fc.integer({ min: 3, max: 9 }),
      spare: fc.integer({ min: 1, max: 7 }),
      cycle: fc.nat(9),
    });
    const property = fc.property(sizes, ({ count, spare, cycle }) => {
      const minSigners = Math.max(count - spare, 2);
      const committee = aCommittee({ minSigners }, count);
      const attempts = Math.ceil(count / (count - minSigners));
      const all = new Set(Array.from({ length: count }, (_, index) => peer(index)));
      const sets = Array.from({ length: attempts }, (_, i) =>
        signingSet(id, cycle * attempts + i, committee, { connected: all, banned: nobody }),
      );
      for (const { memberIndex } of committee.members) {
        expect(sets.some((signers) => signers?.includes(memberIndex) === false)).toBe(true);
      }
    });
    fc.assert(property, runs(200));
  });

  it("changes the order from cycle to cycle", () => {
    const committee = aCommittee({ minSigners: 3 }, 5);
    const sets = Array.from({ length: 30 }, (_, i) =>
      signingSet(id, i, committee, { connected: everyone, banned: nobody }),
    );
    expect(new Set(sets.map(String)).size).toBeGreaterThan(3);
  });

  it("does not let a banned self sign", () => {
    const banned = new Map([[peer(0), "cheated"]]);
    expect(aliveMembers(aCommittee({}, 2), { connected: everyone, banned })).toEqual(new Set([1]));
  });
});

describe("pooledSets", () => {
  const situations = fc.record({
    count: fc.integer({ min: 2, max: 9 }),
    spare: fc.nat(7),
    connected: fc.uniqueArray(fc.nat(8)),
    banned: fc.uniqueArray(fc.integer({ min: 1, max: 8 })),
    decision: fc.nat(),
  });

  it("has the set of every attempt in a decision's first cycle, and at most one set for each member", () => {
    const property = fc.property(situations, ({ count, spare, connected, banned, decision }) => {
      const committee = aCommittee({ minSigners: Math.max(count - spare, 2) }, count);
      const seen = {
        connected: new Set(connected.map(peer)),
        banned: new Map(banned.map((index) => [peer(index), "cheated"] as const)),
      };
      const pooled = pooledSets(committee, seen);
      expect(pooled.length).toBeLessThanOrEqual(count);
      expect(new Set(pooled.map(String)).size).toBe(pooled.length);
      const attempts = Math.ceil(count / Math.max(count - committee.minSigners, 1));
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const signers = signingSet(toDecisionId(word(`decision ${decision}`)), attempt, committee, seen);
        if (signers === undefined) expect(pooled).toEqual([]);
        else expect(pooled).toContainEqual(signers);
      }
    });
    fc.assert(property, runs(300));
  });

  it("leaves sets that are not pooled to later cycles, so that any two members are left out together some time", () => {
    const committee = aCommittee({ minSigners: 5 }, 7);
    const all = { connected: new Set([0, 1, 2, 3, 4, 5, 6].map(peer)), banned: nobody };
    const sets = Array.from({ length: 200 }, (_, attempt) => signingSet(id, attempt, committee, all) ?? []);
    for (let a = 0; a < 7; a += 1) {
      for (let b = a + 1; b < 7; b += 1) {
        expect(sets.some((signers) => !signers.includes(member(a)) && !signers.includes(member(b)))).toBe(true);
      }
    }
  });
});

describe("leaderOf", () => {
  it("is the signer after the gap, so that every member leads one of four sets of three", () => {
    const sets = [
      [0, 1, 2],
      [1, 2, 3],
      [2, 3, 0],
      [3, 0, 1],
    ].map((signers) => signers.map(member));
    const leaders = sets.map((signers) => leaderOf(signers, 4));
    expect(leaders).toEqual([0, 1, 2, 3]);
    expect(sets.map((signers) => leaderOf(signers.toReversed(), 4))).toEqual(leaders);
  });

  it("is the first when all members sign", () => {
    expect(leaderOf([member(1), member(0)], 2)).toBe(0);
  });
});
