import { toMemberIndex } from "@synod/core";
import { zeroAddress } from "viem";
import { expect, test } from "vitest";
import type { CeremonyContext } from "../../src/committee/context.ts";
import { EpochBook } from "../../src/committee/epoch-book.ts";
import { PresignDriver } from "../../src/committee/presign-driver.ts";
import type { EpochEvent } from "../../src/journal/events.ts";
import type { PresignOrder, RunId, RunOutcome } from "../../src/sessions/messages.ts";
import { poolSubject, poolTag } from "../../src/sessions/share-name.ts";
import { testNotices } from "../support/notices.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

const { committeeId, epoch } = SAMPLE_EPOCH;
const PEER = sampleIdentity("peer").peer;
const SELF = sampleIdentity("self").peer;
const TIME = 5_000;
/** Both members sign. The first leads. */
const SIGNERS = [0, 1];
const BATCH = poolSubject(poolTag(committeeId, epoch), { count: 4, signers: SIGNERS });

type World = {
  readonly self?: 0 | 1;
  readonly pooled?: number;
  readonly past?: readonly EpochEvent[];
  readonly high?: number;
  readonly isAlone?: boolean;
  readonly isBanned?: boolean;
};

/** A driver at block 40 that keeps 2 to 6; the runs that it begins end when the test says so. */
function drive({ self = 0, pooled = 0, past = [], high = 6, isAlone = false, isBanned = false }: World = {}) {
  const book = new EpochBook();
  book.apply({ ...SAMPLE_EPOCH, self: toMemberIndex(self) });
  for (const event of past) book.apply(event);
  const other = self === 0 ? PEER : SELF;
  const done: string[] = [];
  const orders: PresignOrder[] = [];
  const expired: RunId[] = [];
  const ends: ((outcome: RunOutcome) => void)[] = [];
  const at = { number: 40n, time: BigInt(TIME) };
  const world = { pooled, ageMs: 0 };
  const context = {
    ...testNotices(),
    chainId: 31_337n,
    committeeRegistry: zeroAddress,
    attemptBlocks: 5n,
    presignatures: { low: 2, high, maxAgeBlocks: 100 },
    moment: () => ({ head: at, finalised: at }),
    transport: { connected: () => new Set(isAlone ? [] : [other]), send: () => undefined },
    banned: () => new Map(isBanned ? [[other, "cotCheck"]] : []),
    ban: (events: readonly { kind: string }[]) => void done.push(...events.map(({ kind }) => kind)),
    evidence: { keep: () => `0x${"00".repeat(32)}` },
    wake: () => undefined,
    record: (event: EpochEvent) => {
      done.push(event.kind);
      book.apply(event);
    },
    host: {
      pooled: () => world.pooled,
      runs: () => orders.map(({ run }) => ({ ...run, ageMs: world.ageMs })),
      expire: (run: RunId) => void expired.push(run),
      run: (order: PresignOrder) => {
        done.push("run");
        orders.push(order);
        return new Promise((resolve) => ends.push(resolve));
      },
    },
  } as unknown as CeremonyContext;
  const entry = () => ({ ...(book.entries()[0] as ReturnType<EpochBook["entries"]>[number]), facts: ACTIVE_FACTS });
  const driver = new PresignDriver(context, entry());
  const end = async (outcome: RunOutcome) => {
    ends.shift()?.(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const invite = (changes: { subject?: typeof BATCH; attempt?: number; from?: typeof SELF } = {}) => {
    const { subject = BATCH, attempt = TIME, from = other } = changes;
    driver.onBatch(entry(), from, { phase: "pool", subject, attempt });
  };
  const isPast = (attempt: number) => driver.isPast(entry(), { phase: "pool", subject: BATCH, attempt });
  return { driver, done, orders, expired, at, world, end, invite, isPast, step: () => driver.step(entry()) };
}

test("the leader of a set fills it up from the low mark, and the number is durable before the first message", () => {
  const { step, done, orders } = drive({ pooled: 2 });
  step();
  step();
  expect(done).toEqual(["PresigningStarted", "run"]);
  expect(orders[0]).toMatchObject({ self: 1, signers: [1, 2], count: 4, run: { attempt: TIME, subject: BATCH } });
  expect(orders[0]?.pool).toEqual({ perSigningSet: 12, maxAgeBlocks: 100n, atBlock: 40n });
});

test.each([
  ["there are enough", { pooled: 3 }],
  ["another member leads the set", { self: 1 }],
  ["too few members are there", { isAlone: true }],
  ["a signer is banned", { isBanned: true }],
  ["none are to be kept", { high: 0 }],
] as const)("nothing is begun while %s", (_why, world) => {
  const { step, done } = drive(world);
  step();
  expect(done).toEqual([]);
});

test("a batch has a new number, even when chain time stands still and after a restart", async () => {
  const started = { kind: "PresigningStarted", committeeId, epoch, subject: BATCH, attempt: TIME + 3 } as const;
  const { step, orders, end } = drive({ pooled: 2, past: [started] });
  step();
  await end({ kind: "presigned" });
  step();
  expect(orders.map(({ run }) => run.attempt)).toEqual([TIME + 4, TIME + 5]);
});

test("a signer joins the leader's batch, once", async () => {
  const { invite, done, orders, end, isPast } = drive({ self: 1 });
  invite();
  invite({ attempt: TIME + 1 });
  expect(done).toEqual(["PresigningStarted", "run"]);
  expect(orders[0]).toMatchObject({ self: 2, count: 4, run: { subject: BATCH, attempt: TIME } });
  expect([isPast(TIME - 1), isPast(TIME), isPast(TIME + 1)]).toEqual([true, false, false]);
  await end({ kind: "presigned" });
  invite();
  expect(orders).toHaveLength(1);
  expect(isPast(TIME)).toBe(true);
});

test.each([
  ["not by the leader", { self: 0 }, {}],
  ["of a number that was begun before a restart", { self: 1, past: TIME }, {}],
  ["of a number far from now", { self: 1 }, { attempt: TIME + 121 }],
  ["of a number long past", { self: 1 }, { attempt: TIME - 121 }],
  ["of none", { self: 1 }, { subject: poolSubject(poolTag(committeeId, epoch), { count: 0, signers: SIGNERS }) }],
  ["of too many", { self: 1 }, { subject: poolSubject(poolTag(committeeId, epoch), { count: 7, signers: SIGNERS }) }],
  [
    "of too few signers",
    { self: 1 },
    { subject: poolSubject(poolTag(committeeId, epoch), { count: 4, signers: [1] }) },
  ],
  ["of strangers", { self: 1 }, { subject: poolSubject(poolTag(committeeId, epoch), { count: 4, signers: [0, 2] }) }],
  ["with a banned signer", { self: 1, isBanned: true }, {}],
  ["while none are to be kept", { self: 1, high: 0 }, {}],
] as const)(
  "a batch %s is not joined",
  (_what, { past, ...world }: { past?: number } & Omit<World, "past">, invitation) => {
    const before =
      past === undefined
        ? []
        : [{ kind: "PresigningStarted", committeeId, epoch, subject: BATCH, attempt: past } as const];
    const { invite, done } = drive({ ...world, past: before });
    invite(invitation);
    expect(done).toEqual([]);
  },
);

test("a set that fails is left alone for longer and longer, until it works again", async () => {
  const { step, orders, end, at } = drive();
  for (const pause of [10n, 20n]) {
    step();
    await end({ kind: "failed", reason: "test" });
    at.number += pause - 1n;
    const begun = orders.length;
    step();
    expect(orders).toHaveLength(begun);
    at.number += 1n;
  }
  step();
  await end({ kind: "presigned" });
  step();
  expect(orders).toHaveLength(4);
});

test("a batch that takes too long is expired, and all of them when the epoch is over", () => {
  const { driver, step, expired, world } = drive();
  step();
  world.ageMs = 19_999;
  step();
  expect(expired).toEqual([]);
  world.ageMs = 20_000;
  step();
  expect(expired).toHaveLength(1);
  driver.stop();
  expect(expired).toHaveLength(2);
});

test("a member that cheated while presigning is banned", async () => {
  const { step, done, end } = drive();
  step();
  const culprits = [2] as never;
  const abort = { code: "voleCheck", severity: "ban", culprits, blame: "pairwise", round: 3, silent: [], evidence: [] };
  await end({ kind: "aborted", abort } as unknown as RunOutcome);
  expect(done).toEqual(["PresigningStarted", "run", "PeerBanned"]);
});
