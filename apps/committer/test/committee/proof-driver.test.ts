import { proofOfPossessionDigest } from "@synod/core";
import { zeroAddress } from "viem";
import { privateKeyToAddress, sign } from "viem/accounts";
import { expect, test } from "vitest";
import type { CeremonyContext } from "../../src/committee/context.ts";
import { EpochBook } from "../../src/committee/epoch-book.ts";
import { ProofDriver } from "../../src/committee/proof-driver.ts";
import type { EpochEvent } from "../../src/journal/events.ts";
import { testNotices } from "../support/notices.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

const { committeeId, epoch } = SAMPLE_EPOCH;
const PEER = sampleIdentity("peer").peer;
const FACTS = { ...ACTIVE_FACTS, status: "confirmed" } as const;

/** A driver after a journal that says `past`, at block 42 with five blocks to an attempt: attempt 8. */
function drive(past: readonly EpochEvent[], readBlock: () => Promise<object>) {
  const book = new EpochBook();
  for (const event of past) book.apply(event);
  const order: string[] = [];
  const closing = new AbortController();
  let wakes = 0;
  const context = {
    ...testNotices(),
    signal: closing.signal,
    wake: () => {
      wakes += 1;
    },
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
  const step = () => driver.step(entry(), () => true);
  return { driver, entry, order, closing, woken: () => wakes, step };
}

/** A driver of an epoch that took its key over and holds the proof, at a head of 42; which it saw confirmed there. */
function post(isReady: boolean, past: readonly EpochEvent[] = []) {
  const book = new EpochBook();
  for (const event of [SAMPLE_EPOCH, ...past]) book.apply(event);
  const relayed: string[] = [];
  const at = { number: 42n };
  const context = {
    ...testNotices(),
    chainId: 31_337n,
    committeeRegistry: zeroAddress,
    attemptBlocks: 5n,
    submitStaggerBlocks: 0n,
    moment: () => ({ head: { number: at.number }, finalised: { number: at.number } }),
    outbox: {
      relay: async (name: string) => {
        relayed.push(name);
      },
    },
  } as unknown as CeremonyContext;
  const entry = () => ({ ...(book.entries()[0] as ReturnType<EpochBook["entries"]>[number]), facts: FACTS });
  const driver = new ProofDriver(context, entry());
  return { at, relayed, step: () => driver.step(entry(), () => isReady) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const answers = async () => ({ number: 40n, hash: `0x${"bb".repeat(32)}`, time: 1n });

test("an attempt is durable before its first message, and a restart within it does not begin it again", async () => {
  const first = drive([SAMPLE_EPOCH], answers);
  first.step();
  await settled();
  expect(first.order).toEqual(["ProofAttemptStarted", "run 8"]);
  const restarted = drive([SAMPLE_EPOCH, { kind: "ProofAttemptStarted", committeeId, epoch, attempt: 8 }], answers);
  restarted.step();
  await settled();
  expect(restarted.order).toEqual([]);
});

test("a provider that fails costs neither the process nor the attempt", async () => {
  let isUp = false;
  const { order, step } = drive([SAMPLE_EPOCH], () => (isUp ? answers() : Promise.reject(new TypeError("down"))));
  step();
  await settled();
  expect(order).toEqual([]);
  isUp = true;
  step();
  await settled();
  expect(order).toEqual(["ProofAttemptStarted", "run 8"]);
});

test("a committer that closes while it asks for the beacon begins no attempt", async () => {
  const { order, closing, step } = drive([SAMPLE_EPOCH], answers);
  step();
  closing.abort();
  await settled();
  expect(order).toEqual([]);
});

test.each([
  ["is kept", false],
  ["is not kept when the committer closes while it is checked", true],
])("a proof that a peer sends %s", async (_what, isClosing) => {
  const { driver, entry, closing, woken } = drive([SAMPLE_EPOCH], answers);
  const privateKey = `0x${"5a".repeat(32)}` as const;
  const confirmed = { ...entry(), facts: { ...FACTS, groupAddress: privateKeyToAddress(privateKey) } };
  const { membersHash } = SAMPLE_EPOCH;
  const { groupKeyX, groupKeyY } = FACTS;
  const place = { chainId: 31_337n, committeeRegistry: zeroAddress };
  const hash = proofOfPossessionDigest(place, { committeeId, epoch, membersHash, groupKeyX, groupKeyY });
  const checked = driver.onSignature(confirmed, await sign({ hash, privateKey, to: "hex" }));
  if (isClosing) closing.abort();
  await checked;
  expect(woken()).toBe(isClosing ? 0 : 1);
});

const PROVED: EpochEvent = { kind: "HandoverProved", committeeId, epoch, signature: `0x${"03".repeat(65)}` };

test("a proof that is known after a restart is posted when the epoch is ready to take over", () => {
  const { relayed, step } = post(true, [PROVED]);
  step();
  expect(relayed).toHaveLength(1);
});

test("the switch waits while the epoch is not ready, but not without end", () => {
  const { at, relayed, step } = post(false, [PROVED]);
  step();
  at.number = 101n;
  step();
  expect(relayed).toEqual([]);
  at.number = 102n;
  step();
  expect(relayed).toHaveLength(1);
});
