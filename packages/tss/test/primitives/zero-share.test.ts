import { describe, expect, test } from "vitest";
import { type PartyIndex, partyIndex } from "../../src/math/party-index.ts";
import { sumScalars } from "../../src/math/scalar.ts";
import { zeroShare } from "../../src/primitives/zero-share.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const sid = new Uint8Array(32).fill(1);

/** For each party, its seeds with all others. */
function seedsOf(parties: readonly PartyIndex[], seed: string): Map<PartyIndex, Map<PartyIndex, Uint8Array>> {
  const rng = seededRng(seed);
  const seeds = new Map(parties.map((party) => [party, new Map<PartyIndex, Uint8Array>()]));
  for (const i of parties) {
    for (const j of parties.filter((party) => party > i)) {
      const shared = rng(32);
      seeds.get(i)?.set(j, shared);
      seeds.get(j)?.set(i, shared);
    }
  }
  return seeds;
}

function sharesOf(seeds: Map<PartyIndex, Map<PartyIndex, Uint8Array>>, id: Uint8Array): bigint[] {
  return Array.from(seeds, ([self, others]) => zeroShare(id, self, others));
}

describe(`zero shares (seed ${TEST_SEED})`, () => {
  test.each([[[1, 2]], [[2, 7]], [[1, 3, 4]], [[5, 2, 9, 64]]])("of %j add up to zero and are not zero", (numbers) => {
    const shares = sharesOf(seedsOf(numbers.map(partyIndex), TEST_SEED), sid);
    expect(sumScalars(shares)).toBe(0n);
    expect(shares).not.toContain(0n);
  });

  test("are other ones in every session", () => {
    const seeds = seedsOf([1, 2, 3].map(partyIndex), TEST_SEED);
    const [first, second] = [sharesOf(seeds, sid), sharesOf(seeds, new Uint8Array(32).fill(2))];
    expect(first.every((share, i) => share !== second[i])).toBe(true);
  });

  test("depend on who shares the seed: the same seed for two pairs does not cancel", () => {
    const seed = new Uint8Array(32).fill(4);
    const others = new Map([2, 3].map((n) => [partyIndex(n), seed]));
    const one = new Map([[partyIndex(2), seed]]);
    expect(zeroShare(sid, partyIndex(1), others)).not.toBe(2n * zeroShare(sid, partyIndex(1), one));
    expect(zeroShare(sid, partyIndex(1), one)).not.toBe(zeroShare(sid, partyIndex(3), one));
  });

  test("refuse a seed with oneself, a short seed and a session id of zeros", () => {
    const seeds = new Map([[partyIndex(1), new Uint8Array(32)]]);
    const throwing = (code: string) => expect.objectContaining({ code });
    expect(() => zeroShare(sid, partyIndex(1), seeds)).toThrowError(throwing("duplicateIndex"));
    const short = new Map([[partyIndex(2), new Uint8Array(31)]]);
    expect(() => zeroShare(sid, partyIndex(1), short)).toThrowError(throwing("invalidLength"));
    expect(() => zeroShare(new Uint8Array(32), partyIndex(2), seeds)).toThrowError(throwing("invalidSessionId"));
  });
});
