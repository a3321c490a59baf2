import { dkls23, partyIndex } from "@synod/tss";
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { PoolTerms } from "../../src/sessions/messages.ts";
import { SessionBench } from "../support/session-bench.ts";

const WITH_THREE = [1, 3];
const WITHOUT = [1, 2];

let bench: SessionBench;
let attempt = 0;

beforeAll(async () => {
  bench = await SessionBench.open(3, 2);
}, 240_000);

beforeEach(() => {
  Object.assign(bench.scheme, dkls23);
  tend(new Map(), 0n);
});

function tend(living: ReadonlyMap<string, readonly number[]>, atBlock: bigint): void {
  for (const { host } of bench.members) host.tend({ kind: "tend", living, atBlock });
}

function livingWith(banned: readonly number[]): ReadonlyMap<string, readonly number[]> {
  return new Map([[bench.share(1).name, banned]]);
}

async function fill(signers: readonly number[], count: number, pool: Partial<PoolTerms> = {}): Promise<void> {
  attempt += 1;
  await bench.run(signers, (self) => bench.presignOrder(self, signers, count, attempt, pool));
}

test("counts are kept by signing set, and said in all", async () => {
  await fill(WITH_THREE, 2);
  await fill(WITHOUT, 1);
  expect([bench.pooled(WITH_THREE), bench.pooled(WITHOUT)]).toEqual([
    [2, 2],
    [1, 1],
  ]);
  expect(bench.members.map(({ host }) => host.allPooled(bench.share(1).name))).toEqual([3, 1, 2]);
});

test("an epoch that is over leaves none behind", async () => {
  await fill(WITHOUT, 2);
  tend(livingWith([]), 11n);
  expect(bench.pooled(WITHOUT)).toEqual([2, 2]);
  tend(new Map([["share-of-another-epoch", []]]), 11n);
  expect(bench.pooled(WITHOUT)).toEqual([0, 0]);
});

test("a banned member's are burnt, and no others", async () => {
  await fill(WITH_THREE, 1);
  await fill(WITHOUT, 1);
  tend(livingWith([3]), 11n);
  expect([bench.pooled(WITH_THREE)[0], bench.pooled(WITHOUT)[0]]).toEqual([0, 1]);
});

test("what has waited for too many blocks is burnt", async () => {
  await fill(WITHOUT, 1, { atBlock: 10n, maxAgeBlocks: 100n });
  tend(livingWith([]), 109n);
  expect(bench.pooled(WITHOUT)).toEqual([1, 1]);
  tend(livingWith([]), 110n);
  expect(bench.pooled(WITHOUT)).toEqual([0, 0]);
});

test("the oldest of a set make room for a batch, and of no other set", async () => {
  await fill(WITH_THREE, 2, { perSigningSet: 3 });
  await fill(WITHOUT, 3, { perSigningSet: 3 });
  await fill(WITHOUT, 2, { perSigningSet: 3 });
  expect([bench.pooled(WITH_THREE), bench.pooled(WITHOUT)]).toEqual([
    [2, 2],
    [3, 3],
  ]);
  // The two that are left of the first batch, then the second batch: all signers still agree on every one.
  for (const decision of [1, 2, 3]) {
    const outcomes = await bench.run(WITHOUT, (self) => bench.signOrder(self, WITHOUT, decision));
    expect(outcomes).toMatchObject([{ presignature: "pooled" }, { presignature: "pooled" }]);
  }
});

test("a member that cheats costs its pair and all presignatures with it, and no others", async () => {
  await fill(WITH_THREE, 2);
  await fill(WITHOUT, 1);
  // The leader's pool is taken empty, so that the next attempt makes one: there the third party cheats the first.
  const honest = await bench.run(WITH_THREE, (self) => bench.signOrder(self, WITH_THREE, 4, 3));
  expect(honest).toMatchObject([{ presignature: "pooled" }, { presignature: "pooled" }]);
  bench.member(3).host.tend({ kind: "tend", living: new Map(), atBlock: 10n });
  bench.scheme.startPresign = (terms, rng) => {
    const abort = { code: "cotCheck", severity: "ban", culprits: [partyIndex(3)], blame: "pairwise" } as const;
    const started = dkls23.startPresign(terms, rng);
    if (terms.self !== partyIndex(1)) return started;
    return { ...started, effects: [{ kind: "abort", abort: { ...abort, round: 2, silent: [], evidence: [] } }] };
  };
  const order = (self: number) => bench.signOrder(self, WITH_THREE, 5, 3);
  const [cheated] = WITH_THREE.map((self) => bench.begin(self, WITH_THREE, order(self)));
  bench.deliver();
  expect(await cheated).toMatchObject({ kind: "aborted", abort: { code: "cotCheck" } });
  expect([bench.pooled(WITH_THREE)[0], bench.pooled(WITHOUT)[0]]).toEqual([0, 1]);
  bench.member(3).host.expire(order(3).run);
  // The pair is burnt in the stored share too: no session with the third party begins any more.
  Object.assign(bench.scheme, dkls23);
  attempt += 1;
  const again = bench.begin(1, WITH_THREE, bench.presignOrder(1, WITH_THREE, 1, attempt));
  expect(await again).toMatchObject({ kind: "failed" });
});
