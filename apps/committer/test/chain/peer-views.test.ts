import { type PeerId, toMemberIndex } from "@synod/core";
import { type Hash, numberToHex, zeroAddress } from "viem";
import { expect, test } from "vitest";
import { type ChainView, contestingMembers, PeerViews } from "../../src/chain/peer-views.ts";
import { NoAgreementError } from "../../src/chain/providers/no-agreement.ts";
import { testNotices } from "../support/notices.ts";

const ALICE: PeerId = "0x02aa";
const BOB: PeerId = "0x02bb";
const CAROL: PeerId = "0x02cc";
const OTHER: Hash = `0x${"be".repeat(32)}`;
const PEERS = new Set([ALICE, BOB, CAROL]);

function own(number: bigint): ChainView {
  return { number, hash: numberToHex(number, { size: 32 }) };
}

function other(number: bigint): ChainView {
  return { number, hash: OTHER };
}

function viewsOf(read: (number: bigint) => Promise<Hash> = async (number) => own(number).hash) {
  const asked: bigint[] = [];
  const block = async (number: bigint) => {
    asked.push(number);
    return { number, hash: await read(number), time: 0n };
  };
  const notices = testNotices();
  return { ...notices, asked, views: new PeerViews({ ...notices, reader: { block } }) };
}

function members(peers: readonly PeerId[]) {
  return peers.map((peer, index) => ({ peer, memberIndex: toMemberIndex(index), address: zeroAddress }));
}

test("who sees the same block is not mentioned; who sees another is named until it sees the same", async () => {
  const { views, alarms, asked } = viewsOf();
  views.onView(ALICE, own(10n));
  views.onView(BOB, other(10n));
  await views.compare(own(10n), PEERS);
  expect(alarms.standing()).toEqual([
    { alarm: "chainViewDiffers", reason: "0x02bb has 0xbebebebebe as block 10, here it is 0x0000000000" },
  ]);
  views.onView(BOB, own(11n));
  await views.compare(own(11n), PEERS);
  expect(alarms.standing()).toEqual([]);
  expect(asked).toEqual([]);
});

test("a block that was not met here is read; one that is not final here yet waits", async () => {
  const { views, alarms, asked } = viewsOf();
  views.onView(ALICE, other(7n));
  views.onView(BOB, other(12n));
  await views.compare(own(10n), PEERS);
  expect(asked).toEqual([7n]);
  expect(alarms.standing()[0]?.reason).not.toContain("0x02bb");
  for (let number = 13n; number < 40n; number += 1n) views.onView(BOB, own(number));
  await views.compare(own(20n), PEERS);
  expect(alarms.standing()[0]?.reason).toContain("0x02bb has 0xbebebebebe as block 12");
  await views.compare(own(39n), PEERS);
  expect(alarms.standing()[0]?.reason).not.toContain("0x02bb");
});

test("while the providers do not agree on the block, nobody is judged; any other failure is one", async () => {
  let failure: Error = new NoAgreementError({
    call: "block",
    answers: [],
    lagging: [],
    quorum: 2,
    count: 2,
    isDisputed: true,
  });
  const { views, alarms } = viewsOf(() => Promise.reject(failure));
  views.onView(ALICE, other(7n));
  await views.compare(own(10n), PEERS);
  expect(alarms.standing()).toEqual([]);
  failure = new TypeError("a bug");
  await expect(views.compare(own(10n), PEERS)).rejects.toBe(failure);
});

test("whoever is no peer any more, or never was, is forgotten", async () => {
  const { views, alarms } = viewsOf();
  views.onView(ALICE, other(10n));
  views.onView("0x02ff", other(10n));
  await views.compare(own(10n), PEERS);
  expect(alarms.standing()[0]?.reason).not.toContain("0x02ff");
  await views.compare(own(10n), new Set([BOB]));
  expect(alarms.standing()).toEqual([]);
});

test.each([
  [2, 2],
  [3, 2],
  [4, 2],
  [6, 2],
  [7, 3],
  [10, 4],
])(
  "of %i members, %i others must differ before signing pauses: more than may lie, and never one alone",
  (count, least) => {
    expect(contestingMembers(count)).toBe(least);
  },
);

test("an epoch is contested by enough of its own members, not by those of another", async () => {
  const { views } = viewsOf();
  views.onView(BOB, other(10n));
  await views.compare(own(10n), PEERS);
  const epoch = members(["0x02ee", ALICE, BOB, CAROL]);
  expect(views.isContested(epoch)).toBe(false);
  views.onView(CAROL, other(10n));
  await views.compare(own(10n), PEERS);
  expect(views.isContested(epoch)).toBe(true);
  expect(views.isContested(members(["0x02ee", ALICE, BOB, "0x02ff"]))).toBe(false);
});

test("old blocks are not remembered without end", async () => {
  const { views, asked } = viewsOf();
  for (let number = 1n; number <= 257n; number += 1n) await views.compare(own(number), PEERS);
  views.onView(ALICE, own(2n));
  await views.compare(own(257n), PEERS);
  expect(asked).toEqual([]);
  views.onView(ALICE, own(1n));
  await views.compare(own(257n), PEERS);
  expect(asked).toEqual([1n]);
});
