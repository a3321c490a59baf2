import { type Epoch, epochKey, toEpoch, toMemberIndex } from "@synod/core";
import { type Hex, zeroAddress } from "viem";
import { expect, test } from "vitest";
import { Ceremonies } from "../../src/committee/ceremonies.ts";
import type { CeremonyContext } from "../../src/committee/context.ts";
import { EpochBook } from "../../src/committee/epoch-book.ts";
import type { EpochEvent } from "../../src/journal/events.ts";
import type { KeepOrder } from "../../src/sessions/messages.ts";
import { testNotices } from "../support/notices.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

const { committeeId } = SAMPLE_EPOCH;
const { recordHash, groupKeyX, groupKeyY } = ACTIVE_FACTS;
const OTHER_KEY = "0x00000000000000000000000000000000000000aa" as const;
const [PROPOSED, ACTIVE, RETIRED] = [1, 3, 4];

type OnChain = { readonly status: number; readonly groupAddress?: Hex };

/** A member of the epochs in `own`, each with its share, on a chain that has these epochs from 1 on. */
function ceremoniesOn(chain: readonly OnChain[], own: readonly bigint[], active: bigint, isAsked = false) {
  const book = new EpochBook();
  const description = { groupKeyX, groupKeyY, recordHash };
  const done: string[] = [];
  const at = { number: 40n, time: 400n };
  const context = {
    ...testNotices(),
    chainId: 31_337n,
    committeeRegistry: zeroAddress,
    attemptBlocks: 5n,
    book,
    records: new Map(),
    rotations: new Set(),
    banned: () => new Map(),
    usable: () => undefined,
    succession: { refreshAfterSeconds: 0n, replaceAfterBlocks: 0n, standbys: [] },
    refreshRequests: { stands: () => isAsked, settle: () => undefined },
    identity: { peer: sampleIdentity("self").peer },
    moment: () => ({ head: at, finalised: at }),
    transport: { connected: () => new Set(), send: () => undefined },
    reader: {
      activeEpoch: async () => active,
      latestEpoch: async () => BigInt(chain.length),
      members: async () => SAMPLE_EPOCH.members,
      epochFacts: async (_committeeId: Hex, epoch: Epoch) => {
        const { status = 0, groupAddress = zeroAddress } = chain[Number(epoch) - 1] ?? {};
        const { membersHash } = SAMPLE_EPOCH;
        const { confirmations, retiredAt, activatedAt } = ACTIVE_FACTS;
        const groupKey = { x: groupKeyX, y: groupKeyY };
        return {
          status,
          groupAddress,
          groupKey,
          recordHash,
          confirmations,
          retiredAt,
          activatedAt,
          minSigners: 2,
          membersHash,
        };
      },
    },
    host: {
      tend: () => undefined,
      expire: () => undefined,
      keep: async ({ kind, domain }: KeepOrder) => {
        done.push(`${kind} ${domain.epoch}`);
        return {};
      },
    },
    record: (event: EpochEvent) => book.apply(event),
    wake: () => undefined,
    signal: new AbortController().signal,
  };
  for (const epoch of own.map(toEpoch)) {
    book.apply({ ...SAMPLE_EPOCH, epoch, self: toMemberIndex(0) });
    if (chain[Number(epoch) - 1]?.status !== PROPOSED)
      book.apply({ kind: "ShareStored", committeeId, epoch, attempt: 0, description });
  }
  const ceremonies = new Ceremonies(context as unknown as CeremonyContext, book);
  const refresh = async () => {
    await ceremonies.refresh(40n);
    await ceremonies.refresh(41n);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { book, done, refresh };
}

test("a member that left destroys its share when the registry says that others have its key", async () => {
  const { done, refresh, book } = ceremoniesOn([{ status: RETIRED }, { status: ACTIVE }], [1n], 2n);
  await refresh();
  expect(done).toEqual(["destroy 1"]);
  expect(book.get(epochKey(committeeId, toEpoch(1n)))?.share).toBeUndefined();
});

test.each([
  ["the active epoch has another key", [{ status: RETIRED }, { status: ACTIVE, groupAddress: OTHER_KEY }], 2n],
  ["no epoch is active", [{ status: RETIRED }, { status: PROPOSED }], 0n],
  ["its epoch is the active one", [{ status: ACTIVE }], 1n],
])("it keeps its share while %s", async (_why, chain, active) => {
  const { done, refresh } = ceremoniesOn(chain, [1n], active);
  await refresh();
  expect(done).toEqual([]);
});

test("a member that stays does not take the registry's word: its own share of the active epoch decides", async () => {
  const { done, refresh } = ceremoniesOn([{ status: RETIRED }, { status: ACTIVE }], [1n, 2n], 2n);
  await refresh();
  expect(done).toEqual([]);
});

test("an epoch on its way knows which one has the key, who its members are and how many of them sign", async () => {
  const { book, refresh } = ceremoniesOn([{ status: ACTIVE }, { status: PROPOSED }], [2n], 1n);
  await refresh();
  const predecessor = book.get(epochKey(committeeId, toEpoch(2n)))?.predecessor;
  expect(predecessor).toMatchObject({ epoch: 1n, minSigners: 2, facts: { status: "active", recordHash } });
  expect(predecessor?.members.map(({ endpoint }) => endpoint)).toEqual(["self", "peer"]);
});

test.each([
  ["is asked for", true, { epoch: 2n, membersHash: SAMPLE_EPOCH.membersHash, isUnfinished: true }],
  ["is not wanted", false, undefined],
])("when another epoch %s, what there is already is known or not", async (_what, isAsked, latest) => {
  const { book, refresh } = ceremoniesOn([{ status: ACTIVE }, { status: PROPOSED }], [1n], 1n, isAsked);
  await refresh();
  expect(book.get(epochKey(committeeId, toEpoch(1n)))?.latest).toEqual(latest);
});

test("the first epoch has no other to take a key from", async () => {
  const { book, refresh } = ceremoniesOn([{ status: PROPOSED }], [1n], 0n);
  await refresh();
  expect(book.get(epochKey(committeeId, toEpoch(1n)))?.predecessor).toBeUndefined();
});
