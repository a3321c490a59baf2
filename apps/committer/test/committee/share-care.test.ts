import { epochKey, toEpoch } from "@synod/core";
import { zeroAddress } from "viem";
import { expect, test } from "vitest";
import type { CeremonyContext } from "../../src/committee/context.ts";
import { EpochBook, type EpochEntry, type EpochStatus } from "../../src/committee/epoch-book.ts";
import { ShareCare } from "../../src/committee/share-care.ts";
import type { EpochEvent } from "../../src/journal/events.ts";
import type { KeepOrder, Kept } from "../../src/sessions/messages.ts";
import { testNotices } from "../support/notices.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH } from "../support/sample-epoch.ts";

const { committeeId } = SAMPLE_EPOCH;
const [FIRST, SECOND] = [toEpoch(1n), toEpoch(2n)];
const HASH = `0x${"0a".repeat(32)}` as const;
const description = { groupKeyX: HASH, groupKeyY: HASH, recordHash: HASH };
const handover = { record: "0x01", signatures: ["0x02"] } as const;

/** Epoch 1 and the one that took its key over, each with its share; the keystore answers as `answer` says. */
function careOf(
  changes: { old?: EpochStatus; oldAddress?: typeof zeroAddress | "0x01"; isProved?: boolean; answer?: Kept } = {},
) {
  const { old = "retired", oldAddress = zeroAddress, isProved = true, answer = {} } = changes;
  const book = new EpochBook();
  const events: EpochEvent[] = [
    SAMPLE_EPOCH,
    { kind: "ShareStored", committeeId, epoch: FIRST, attempt: 0, description },
    { ...SAMPLE_EPOCH, epoch: SECOND },
    { kind: "ShareStored", committeeId, epoch: SECOND, attempt: 0, description, handover },
  ];
  if (isProved) events.push({ kind: "HandoverProved", committeeId, epoch: SECOND, signature: "0x03" });
  for (const event of events) book.apply(event);
  book.setFacts(epochKey(committeeId, FIRST), { ...ACTIVE_FACTS, status: old, groupAddress: oldAddress });
  book.setFacts(epochKey(committeeId, SECOND), ACTIVE_FACTS);
  const done: string[] = [];
  const context = {
    ...testNotices(),
    chainId: 31_337n,
    committeeRegistry: zeroAddress,
    book,
    records: new Map<string, Uint8Array>(),
    host: {
      keep: async ({ kind, domain }: KeepOrder) => {
        done.push(`${kind} ${domain.epoch}`);
        return answer;
      },
    },
    record: (event: EpochEvent) => {
      done.push(event.kind);
      book.apply(event);
    },
    wake: () => undefined,
  };
  const care = new ShareCare(context as unknown as CeremonyContext);
  const entry = (epoch = SECOND) => book.get(epochKey(committeeId, epoch)) as EpochEntry;
  return { care, entry, done, alarms: context.alarms, records: context.records };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a share of a generated key is opened once, and its public record kept", async () => {
  const record = Uint8Array.of(1);
  const { care, entry, done, records } = careOf({ answer: { record } });
  expect(care.isUsable).toBeUndefined();
  care.open(entry(FIRST));
  care.open(entry(FIRST));
  await settled();
  expect([done, care.isUsable, records.get(epochKey(committeeId, FIRST))]).toEqual([["warm 1"], true, record]);
});

test("a share out of a backup can be dealt, but signs nothing, and an alarm says so", async () => {
  const { care, entry, alarms } = careOf({ answer: { record: Uint8Array.of(1), isRestored: true } });
  care.open(entry(FIRST));
  await settled();
  expect([care.isUsable, care.signs, alarms.stands("shareRestored")]).toEqual([true, false, true]);
  const whole = careOf({ answer: { record: Uint8Array.of(1) } });
  whole.care.open(whole.entry(FIRST));
  await settled();
  expect([whole.care.isUsable, whole.care.signs, whole.alarms.stands("shareRestored")]).toEqual([true, true, false]);
});

test("a share that was taken over is opened only by its proof", async () => {
  const unproved = careOf({ isProved: false });
  unproved.care.open(unproved.entry());
  await settled();
  expect(unproved.done).toEqual([]);
  const proved = careOf();
  proved.care.open(proved.entry());
  await settled();
  expect(proved.done).toEqual(["activate 2"]);
});

test("a share that cannot be used raises an alarm, and no old one is destroyed", async () => {
  const { care, entry, done, alarms } = careOf({ answer: { failure: "damaged" } });
  care.open(entry());
  await settled();
  care.retireOthers(entry());
  await settled();
  expect([care.isUsable, alarms.stands("shareMissing"), done]).toEqual([false, true, ["activate 2"]]);
});

test("the old share is destroyed once the own one signs, and the journal knows", async () => {
  const { care, entry, done } = careOf();
  care.retireOthers(entry());
  await settled();
  expect(done).toEqual([]);
  care.open(entry());
  await settled();
  care.retireOthers(entry());
  await settled();
  care.retireOthers(entry());
  await settled();
  expect(done).toEqual(["activate 2", "retire 1", "ShareDestroyed"]);
  expect(entry(FIRST).share).toBeUndefined();
});

test.each([
  ["is still active", { old: "active" }],
  ["had another key", { oldAddress: "0x01" }],
] as const)("the share of an epoch that %s stays", async (_why, world) => {
  const { care, entry, done } = careOf(world);
  care.open(entry());
  await settled();
  care.retireOthers(entry());
  await settled();
  expect(done).toEqual(["activate 2"]);
});

test("a share of no use is destroyed, once", async () => {
  const { care, entry, done } = careOf();
  care.destroy(entry());
  care.destroy(entry());
  await settled();
  care.destroy(entry());
  expect(done).toEqual(["destroy 2", "ShareDestroyed"]);
});
