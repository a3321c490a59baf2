import { epochKey, type MemberIndex, toEpoch, toMemberIndex } from "@synod/core";
import { bytesToHex, type Hex, zeroAddress } from "viem";
import { beforeAll, expect, test } from "vitest";
import type { CeremonyContext } from "../../src/committee/context.ts";
import { EpochBook, type EpochEntry, type EpochMember, type Predecessor } from "../../src/committee/epoch-book.ts";
import { dealersOf, isHandover, KeySource, switchMaterial } from "../../src/committee/handover.ts";
import type { EpochEvent } from "../../src/journal/events.ts";
import { decodeFrame } from "../../src/sessions/frame.ts";
import { keygenSubject } from "../../src/sessions/share-name.ts";
import { testNotices } from "../support/notices.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";
import { SessionBench } from "../support/session-bench.ts";

const { committeeId } = SAMPLE_EPOCH;
const OLD = epochKey(committeeId, toEpoch(1n));
const SELF = sampleIdentity("self").peer;
const PEER = sampleIdentity("peer").peer;
const [A, B, C] = ["0x02aa", "0x02bb", "0x02cc"] as const;

let record: Uint8Array;
let recordHash: Hex;

beforeAll(async () => {
  const bench = await SessionBench.open(2, 2);
  const kept = await bench.member(1).host.keep({ kind: "warm", ...bench.owner(1) });
  record = kept.record ?? new Uint8Array();
  const stored = bench.member(1).reports.find((report) => report.kind === "ended");
  if (stored?.kind !== "ended" || stored.outcome.kind !== "keygenDone") throw new TypeError("no key");
  recordHash = stored.outcome.description.recordHash;
}, 240_000);

function members(...peers: readonly Hex[]): readonly EpochMember[] {
  const listed = { x: "0x", y: "0x", endpoint: "" } as const;
  return peers.map((peer, i) => ({ memberIndex: toMemberIndex(i), peer, address: zeroAddress, endpoint: "", listed }));
}

function predecessorOf(minSigners: number, ...peers: readonly Hex[]): Predecessor {
  return { epoch: toEpoch(1n), facts: { ...ACTIVE_FACTS, recordHash }, members: members(...peers), minSigners };
}

type World = {
  readonly isOldHere?: boolean;
  readonly isUsable?: boolean | undefined;
  readonly isRotation?: boolean;
  readonly before?: Predecessor;
};

/** A member of epochs 1 and 2, at the proposal of epoch 2. */
function sourceIn({ isOldHere = true, isUsable, isRotation = false, before }: World = {}) {
  const book = new EpochBook();
  const description = { groupKeyX: recordHash, groupKeyY: recordHash, recordHash };
  const old: EpochEvent = { kind: "ShareStored", committeeId, epoch: toEpoch(1n), attempt: 0, description };
  book.apply(SAMPLE_EPOCH);
  if (isOldHere) book.apply(old);
  book.apply({ ...SAMPLE_EPOCH, epoch: toEpoch(2n) });
  const key = epochKey(committeeId, toEpoch(2n));
  if (before !== undefined) book.setPredecessor(key, before);
  const sent: Hex[] = [];
  const at = { number: 40n };
  const context = {
    ...testNotices(),
    chainId: 31_337n,
    committeeRegistry: zeroAddress,
    book,
    records: new Map<string, Uint8Array>(),
    usable: () => isUsable,
    rotations: new Set(isRotation ? [key] : []),
    identity: { peer: SELF },
    moment: () => ({ head: at, finalised: at }),
    transport: { send: (_to: Hex, frame: Uint8Array) => void sent.push(bytesToHex(frame)) },
    wake: () => undefined,
  };
  const source = new KeySource(context as unknown as CeremonyContext);
  const entry = () => book.get(key) as EpochEntry;
  return { source, entry, sent, at, records: context.records, alarms: context.alarms };
}

const TWO = () => predecessorOf(2, SELF, PEER);
const indices = (...numbers: readonly number[]): readonly MemberIndex[] => numbers.map(toMemberIndex);

test("as many deal as sign, of those that stay, and each attempt begins with the next", () => {
  const { entry } = sourceIn();
  const before = predecessorOf(2, A, SELF, B, PEER);
  expect([0, 1, 2].map((attempt) => dealersOf(before, entry(), attempt))).toEqual([
    indices(1, 3),
    indices(1, 3),
    indices(1, 3),
  ]);
  const next = { ...entry(), members: members(SELF, PEER, A) };
  expect([0, 1, 2, 3].map((attempt) => dealersOf(before, next, attempt))).toEqual([
    indices(0, 1),
    indices(1, 3),
    indices(0, 3),
    indices(0, 1),
  ]);
  expect(dealersOf(predecessorOf(3, SELF, PEER, B, C), entry(), 0)).toBeUndefined();
});

test("an epoch that no other has a key for, or that is to have a new one, generates it", () => {
  const first = sourceIn();
  const rotation = sourceIn({ before: TWO(), isRotation: true });
  for (const { source, entry } of [{ ...first, entry: () => ({ ...first.entry(), epoch: toEpoch(1n) }) }, rotation])
    expect(source.next(entry(), 3)).toMatchObject({ attempt: 3, order: { kind: "keygen", run: { attempt: 3 } } });
  expect(isHandover(sourceIn({ before: TWO() }).entry(), new Set())).toBe(true);
});

test("while it is not known which epoch has the key, no other key is made", () => {
  const { source, entry } = sourceIn();
  expect(source.next(entry(), 0)).toBeUndefined();
});

test("without the public record it is asked for once a block, and only the confirmed one is kept", () => {
  const { source, entry, sent, at, records } = sourceIn({ before: TWO(), isUsable: true });
  expect(source.next(entry(), 0)).toBeUndefined();
  expect(source.next(entry(), 0)).toBeUndefined();
  expect(sent).toHaveLength(1);
  const asked = decodeFrame(Buffer.from(sent[0]?.slice(2) ?? "", "hex"));
  expect(asked).toEqual({ kind: "ask", subject: keygenSubject(committeeId, 2n) });
  at.number += 1n;
  source.next(entry(), 0);
  expect(sent).toHaveLength(2);
  source.onRecord(entry(), Uint8Array.of(1, 2, 3));
  source.onRecord(entry(), record.with(record.length - 1, (record.at(-1) ?? 0) ^ 1));
  expect(records.size).toBe(0);
  source.onRecord(entry(), record);
  expect(source.next(entry(), 0)).toMatchObject({ order: { kind: "reshare", previous: record, dealers: [1, 2] } });
});

test("who has its share deals with it", () => {
  const { source, entry, records } = sourceIn({ before: TWO(), isUsable: true });
  records.set(OLD, record);
  const next = source.next(entry(), 5);
  expect(next).toMatchObject({ attempt: 5, order: { dealing: { share: { name: `share-${committeeId}-1` } } } });
});

test("who does not know yet whether its share opens waits; who has lost it takes the next attempt without it", () => {
  const waiting = sourceIn({ before: TWO() });
  waiting.records.set(OLD, record);
  expect(waiting.source.next(waiting.entry(), 0)).toBeUndefined();
  const before = predecessorOf(2, SELF, PEER, A);
  for (const world of [{ isUsable: false }, { isOldHere: false }]) {
    const { source, entry, records } = sourceIn({ before, ...world });
    records.set(OLD, record);
    const next = source.next({ ...entry(), members: members(SELF, PEER, A) }, 0);
    expect(next).toMatchObject({ attempt: 1, order: { kind: "reshare", dealers: [2, 3] } });
    expect(next?.order).not.toHaveProperty("dealing");
  }
});

test.each([
  ["too few stay", () => predecessorOf(2, SELF, A)],
  ["all that stay would have to deal, and this one cannot", TWO],
] as const)("an alarm is raised when %s", (_why, before) => {
  const { source, entry, records, alarms } = sourceIn({ before: before(), isUsable: false });
  records.set(OLD, record);
  expect(source.next(entry(), 0)).toBeUndefined();
  expect(alarms.stands("handoverImpossible")).toBe(true);
});

test("a key is not handed to fewer signers than have it now", () => {
  const { source, entry, records, alarms } = sourceIn({ before: predecessorOf(3, SELF, PEER, A), isUsable: true });
  records.set(OLD, record);
  expect(source.next({ ...entry(), members: members(SELF, PEER, A) }, 0)).toBeUndefined();
  expect(alarms.standing()[0]?.reason).toContain("fewer than 3 members would have the key together");
});

test("a switch is shown by the record, its signatures and the proof, once all are known", () => {
  const { entry } = sourceIn({ before: TWO() });
  const handover = { record: "0x01", signatures: ["0x02"] } as const;
  const share = { groupKeyX: recordHash, groupKeyY: recordHash, recordHash, attempt: 0, handover };
  expect(switchMaterial({ ...entry(), share })).toBeUndefined();
  const { membersHash } = SAMPLE_EPOCH;
  expect(switchMaterial({ ...entry(), share, proof: "0x03" })).toEqual({ ...handover, membersHash, signature: "0x03" });
});
