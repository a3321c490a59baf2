import { zeroAddress } from "viem";
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
