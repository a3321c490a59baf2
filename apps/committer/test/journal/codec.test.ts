import { parseJournalEvent, toCommitteeId, toDecisionId, toEpoch, toMemberIndex } from "@synod/core";
import { expect, test } from "vitest";
import { createCommitterCodec, isDaemonEvent } from "../../src/journal/codec.ts";
import type { CommitterEvent } from "../../src/journal/events.ts";

const codec = createCommitterCodec(parseJournalEvent);
const hash = (byte: string) => `0x${byte.repeat(32)}` as const;
const h = (byte: string) => byte.repeat(32);
const epoch = { committeeId: toCommitteeId(hash("c1")), epoch: toEpoch(7n) };
const inEpoch = `"committeeId":"0x${h("c1")}","epoch":{"$bigint":"7"}`;

/** The stored form of each event of the daemon's own. A line that changes here breaks every journal there is. */
const FROZEN: readonly (readonly [string, CommitterEvent])[] = [
  [
    `[1,{"kind":"EpochObserved",${inEpoch},"members":[{"x":"0x${h("a1")}","y":"0x${h("a2")}","endpoint":"/ip4/127.0.0.1/tcp/1"},{"x":"0x${h("b1")}","y":"0x${h("b2")}","endpoint":"e"}],"minSigners":2,"quorum":2,"membersHash":"0x${h("e1")}","self":1,"block":{"number":{"$bigint":"5"},"hash":"0x${h("f1")}"}}]`,
    {
      kind: "EpochObserved",
      ...epoch,
      members: [
        { x: hash("a1"), y: hash("a2"), endpoint: "/ip4/127.0.0.1/tcp/1" },
        { x: hash("b1"), y: hash("b2"), endpoint: "e" },
      ],
      minSigners: 2,
      quorum: 2,
      membersHash: hash("e1"),
      self: toMemberIndex(1),
      block: { number: 5n, hash: hash("f1") },
    },
  ],
  [
    `[1,{"kind":"KeygenAttemptStarted",${inEpoch},"attempt":3}]`,
    { kind: "KeygenAttemptStarted", ...epoch, attempt: 3 },
  ],
  [
    `[1,{"kind":"ShareStored",${inEpoch},"attempt":3,"description":{"groupKeyX":"0x${h("d1")}","groupKeyY":"0x${h("d2")}","recordHash":"0x${h("d3")}"}}]`,
    {
      kind: "ShareStored",
      ...epoch,
      attempt: 3,
      description: { groupKeyX: hash("d1"), groupKeyY: hash("d2"), recordHash: hash("d3") },
    },
  ],
  [
    `[1,{"kind":"ShareStored",${inEpoch},"attempt":3,"description":{"groupKeyX":"0x${h("d1")}","groupKeyY":"0x${h("d2")}","recordHash":"0x${h("d3")}"},"handover":{"record":"0x0102","signatures":["0x${h("d6")}"]}}]`,
    {
      kind: "ShareStored",
      ...epoch,
      attempt: 3,
      description: { groupKeyX: hash("d1"), groupKeyY: hash("d2"), recordHash: hash("d3") },
      handover: { record: "0x0102", signatures: [hash("d6")] },
    },
  ],
  [
    `[1,{"kind":"HandoverProved",${inEpoch},"signature":"0x${h("d7")}"}]`,
    { kind: "HandoverProved", ...epoch, signature: hash("d7") },
  ],
  [`[1,{"kind":"ShareDestroyed",${inEpoch}}]`, { kind: "ShareDestroyed", ...epoch }],
  [
    `[1,{"kind":"EpochConfirmationSigned",${inEpoch},"recordHash":"0x${h("d3")}"}]`,
    { kind: "EpochConfirmationSigned", ...epoch, recordHash: hash("d3") },
  ],
  [`[1,{"kind":"ProofAttemptStarted",${inEpoch},"attempt":4}]`, { kind: "ProofAttemptStarted", ...epoch, attempt: 4 }],
  [
    `[1,{"kind":"PresigningStarted",${inEpoch},"subject":"0x${h("d5")}","attempt":1700000000}]`,
    { kind: "PresigningStarted", ...epoch, subject: hash("d5"), attempt: 1_700_000_000 },
  ],
  [
    `[1,{"kind":"ResultAttested","decisionId":"0x${h("d4")}","attesters":[0,2]}]`,
    { kind: "ResultAttested", decisionId: toDecisionId(hash("d4")), attesters: [toMemberIndex(0), toMemberIndex(2)] },
  ],
  [
    `[1,{"kind":"BlocksProcessed","block":{"number":{"$bigint":"9"},"hash":"0x${h("f2")}"}}]`,
    { kind: "BlocksProcessed", block: { number: 9n, hash: hash("f2") } },
  ],
  [
    `[1,{"kind":"AuditHeadKept","chainId":{"$bigint":"31337"},"committeeRegistry":"0x${"11".repeat(20)}",${inEpoch},"committer":"0x${"22".repeat(20)}","length":12,"hash":"0x${h("d8")}","signer":"0x${"33".repeat(20)}","signature":"0x${h("d9")}"}]`,
    {
      kind: "AuditHeadKept",
      chainId: 31_337n,
      committeeRegistry: `0x${"11".repeat(20)}`,
      ...epoch,
      committer: `0x${"22".repeat(20)}`,
      length: 12,
      hash: hash("d8"),
      signer: `0x${"33".repeat(20)}`,
      signature: hash("d9"),
    },
  ],
];

test.each(FROZEN)("the stored form is frozen: %s", (text, event) => {
  expect(codec.encode(event)).toBe(text);
  expect(codec.decode(text)).toEqual(event);
  expect(isDaemonEvent(event)).toBe(true);
});

test("core's events pass through core's own check", () => {
  const event: CommitterEvent = { kind: "DecisionParked", decisionId: toDecisionId(hash("d1")), reason: "r" };
  expect(codec.decode(codec.encode(event))).toEqual(event);
  expect(isDaemonEvent(event)).toBe(false);
});

test.each([
  '[1,{"kind":"Unheard"}]',
  '[1,{"kind":"BlocksProcessed","block":{"number":9,"hash":"0x00"}}]',
  `[1,{"kind":"KeygenAttemptStarted",${inEpoch},"attempt":-1}]`,
  `[1,{"kind":"AuditHeadKept","chainId":{"$bigint":"1"},"committeeRegistry":"0x11",${inEpoch},"committer":"0x${"22".repeat(20)}","length":12,"hash":"0x${h("d8")}","signer":"0x${"33".repeat(20)}","signature":"0x${h("d9")}"}]`,
  `[1,{"kind":"KeygenAttemptStarted",${inEpoch},"attempt":1,"extra":true}]`,
  '[1,"text"]',
])("what no version wrote is refused: %s", (text) => {
  expect(() => codec.decode(text)).toThrow();
});
