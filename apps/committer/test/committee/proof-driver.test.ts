import { toCommitteeId, toEpoch, toMemberIndex } from "@synod/core";
import { zeroAddress } from "viem";
import { expect, test } from "vitest";
import type { CeremonyContext } from "../../src/committee/context.ts";
import { EpochBook } from "../../src/committee/epoch-book.ts";
import { ProofDriver } from "../../src/committee/proof-driver.ts";
import { compressedKey } from "../../src/identity.ts";
import type { EpochEvent } from "../../src/journal/events.ts";
import { testNotices } from "../support/notices.ts";

const hash = (byte: string) => `0x${byte.repeat(32)}` as const;
const epoch = { committeeId: toCommitteeId(hash("c1")), epoch: toEpoch(1n) };
// The curve's generator and its double.
const MEMBERS = [
  {
    x: "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    y: "0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
    endpoint: "a",
  },
  {
    x: "0xc6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
    y: "0x1ae168fea63dc339a3c58419466ceaeef7f632653266d0e1236431a950cfe52a",
    endpoint: "b",
  },
] as const;
const PEER = compressedKey(MEMBERS[1].x, MEMBERS[1].y);
const OBSERVED: EpochEvent = {
  kind: "EpochObserved",
  ...epoch,
  members: MEMBERS,
  minSigners: 2,
  quorum: 2,
  membersHash: hash("e1"),
  self: toMemberIndex(0),
  block: { number: 1n, hash: hash("f1") },
};
const FACTS = {
  status: "confirmed",
  groupAddress: zeroAddress,
  groupKeyX: hash("01"),
  groupKeyY: hash("02"),
  recordHash: hash("03"),
  confirmations: 3n,
  retiredAt: 0n,
} as const;

/** A driver after a journal that says `past`, at block 42 with five blocks to an attempt: attempt 8. */
function drive(past: readonly EpochEvent[], readBlock: () => Promise<object>) {
  const book = new EpochBook();
  for (const event of past) book.apply(event);
  const order: string[] = [];
  const context = {
    ...testNotices(),
    chainId: 31_337n,
    committeeRegistry: zeroAddress,
    attemptBlocks: 5n,
    moment: () => ({ head: { number: 42n }, finalised: { number: 42n } }),
    transport: { connected: () => new Set([PEER]), send: () => undefined },
    banned: () => new Map(),
    reader: { block: readBlock },
    record: (event: EpochEvent) => {
      order.push(event.kind);
      book.apply(event);
    },
    host: {
      run: ({ run }: { run: { attempt: number } }) => {
        order.push(`run ${run.attempt}`);
        return new Promise(() => undefined);
      },
    },
  } as unknown as CeremonyContext;
  const entry = () => ({ ...(book.entries()[0] as ReturnType<EpochBook["entries"]>[number]), facts: FACTS });
  const driver = new ProofDriver(context, entry());
  return { order, step: () => driver.step(entry()) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const answers = async () => ({ number: 40n, hash: hash("bb"), time: 1n });

test("an attempt is durable before its first message, and a restart within it does not begin it again", async () => {
  const first = drive([OBSERVED], answers);
  first.step();
  await settled();
  expect(first.order).toEqual(["ProofAttemptStarted", "run 8"]);
  const restarted = drive([OBSERVED, { kind: "ProofAttemptStarted", ...epoch, attempt: 8 }], answers);
  restarted.step();
  await settled();
  expect(restarted.order).toEqual([]);
});

test("a provider that fails costs neither the process nor the attempt", async () => {
  let isUp = false;
  const { order, step } = drive([OBSERVED], () => (isUp ? answers() : Promise.reject(new TypeError("down"))));
  step();
  await settled();
  expect(order).toEqual([]);
  isUp = true;
  step();
  await settled();
  expect(order).toEqual(["ProofAttemptStarted", "run 8"]);
});
