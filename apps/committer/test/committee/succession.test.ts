import { epochKey, membersHash, toEpoch } from "@synod/core";
import type { Hex } from "viem";
import { expect, test } from "vitest";
import { Absence } from "../../src/committee/absence.ts";
import type { Succession } from "../../src/committee/context.ts";
import { EpochBook, type EpochEntry, type LatestEpoch } from "../../src/committee/epoch-book.ts";
import { dueMembers, lostMembers } from "../../src/committee/succession.ts";
import type { ListedMember } from "../../src/journal/events.ts";
import { SAMPLE_EPOCH } from "../support/sample-epoch.ts";

const KEY = epochKey(SAMPLE_EPOCH.committeeId, toEpoch(1n));
const LATEST: LatestEpoch = { epoch: 1n, membersHash: SAMPLE_EPOCH.membersHash, isUnfinished: false };

function listed(name: string, digit: string): ListedMember {
  return { x: `0x${digit.repeat(64)}`, y: `0x${"0b".repeat(32)}`, endpoint: name };
}

const MEMBERS = [...SAMPLE_EPOCH.members, listed("third", "3"), listed("fourth", "4")];
const STANDBYS = [listed("fifth", "5"), listed("sixth", "6")];
const SUCCESSION: Succession = { refreshAfterSeconds: 0n, replaceAfterBlocks: 10n, standbys: STANDBYS };

type World = { readonly minSigners?: number; readonly latest?: LatestEpoch; readonly changes?: Partial<Succession> };

/** The first of four members, two of whom sign, and whom it sees. */
function worldOf({ minSigners = 2, latest = LATEST, changes = {} }: World = {}) {
  const book = new EpochBook();
  book.apply({ ...SAMPLE_EPOCH, members: MEMBERS, minSigners });
  book.setLatest(KEY, latest);
  const entry = book.get(KEY) as EpochEntry;
  const peers = entry.members.map(({ peer }) => peer);
  const connected = new Set<Hex>(peers);
  const banned = new Map<Hex, string>();
  const at = { number: 40n, time: 0n, hash: "0x" as const };
  const moment = () => ({ head: at, finalised: at, finality: "final" as const, unfinalised: [] });
  const transport = { connected: () => connected, send: () => undefined };
  const absence = new Absence({ transport, banned: () => banned, moment } as never);
  const succession = { ...SUCCESSION, ...changes };
  absence.note(entry);
  return {
    at,
    connected,
    banned,
    peer: (index: number) => peers[index] ?? "0x",
    /** Blocks pass, and everybody that is gone stays so. */
    pass: (blocks: bigint) => {
      absence.note(entry);
      at.number += blocks;
      absence.note(entry);
    },
    lost: () => lostMembers(entry, absence, succession).map(({ memberIndex }) => Number(memberIndex)),
    due: (wantsRefresh = false) =>
      dueMembers(entry, absence, succession, wantsRefresh)?.map(({ endpoint }) => endpoint),
  };
}

test("a member that is away for too long is replaced by the first standby, where it stood", () => {
  const { connected, peer, pass, lost, due } = worldOf();
  connected.delete(peer(2));
  pass(9n);
  expect([lost(), due()]).toEqual([[], undefined]);
  pass(1n);
  expect([lost(), due()]).toEqual([[2], ["self", "peer", "fifth", "fourth"]]);
});

test("a standby that is a member already is passed over", () => {
  const standbys = [MEMBERS[1], ...STANDBYS].filter((member) => member !== undefined);
  const { connected, peer, pass, due } = worldOf({ changes: { standbys } });
  connected.delete(peer(3));
  pass(10n);
  expect(due()).toEqual(["self", "peer", "third", "fifth"]);
});

test("a banned member counts as away, and one that came back in time does not", () => {
  const banned = worldOf();
  banned.banned.set(banned.peer(1), "cotCheck");
  banned.pass(10n);
  expect(banned.due()).toEqual(["self", "fifth", "third", "fourth"]);
  const back = worldOf();
  back.connected.delete(back.peer(1));
  back.pass(9n);
  back.connected.add(back.peer(1));
  back.pass(1n);
  back.connected.delete(back.peer(1));
  back.pass(9n);
  expect(back.due()).toBeUndefined();
});

test("all that are lost are replaced at once, and only when the others are here", () => {
  const { connected, peer, pass, due } = worldOf();
  connected.delete(peer(1));
  pass(5n);
  connected.delete(peer(2));
  pass(5n);
  expect(due()).toBeUndefined();
  pass(5n);
  expect(due()).toEqual(["self", "fifth", "sixth", "fourth"]);
});

test.each([
  ["nobody may be replaced", { changes: { replaceAfterBlocks: 0n } }],
  ["there are too few standbys", { changes: { standbys: [] } }],
  ["too few would stay to hand the key over", { minSigners: 4 }],
])("nobody is replaced when %s", (_why, world) => {
  const { connected, peer, pass, due } = worldOf(world);
  connected.delete(peer(2));
  pass(100n);
  expect(due()).toBeUndefined();
});

test("an epoch on its way is cut off for the standby's sake, unless it is the standby's", () => {
  const next = [...MEMBERS.slice(0, 2), ...STANDBYS.slice(0, 1), ...MEMBERS.slice(3)];
  const proposed = { epoch: 2n, isUnfinished: true };
  const stuck = worldOf({ latest: { ...proposed, membersHash: SAMPLE_EPOCH.membersHash } });
  const coming = worldOf({ latest: { ...proposed, membersHash: membersHash(next) } });
  for (const { connected, peer, pass } of [stuck, coming]) {
    connected.delete(peer(2));
    pass(10n);
  }
  expect([stuck.due(), coming.due()]).toEqual([["self", "peer", "fifth", "fourth"], undefined]);
});

test("new shares wait for a member that is away, but not for ever where there is a standby", () => {
  const { connected, peer, pass, due } = worldOf();
  expect(due(true)).toEqual(["self", "peer", "third", "fourth"]);
  connected.delete(peer(3));
  pass(1n);
  expect(due(true)).toBeUndefined();
  pass(10n);
  expect(due(true)).toEqual(["self", "peer", "third", "fifth"]);
});
