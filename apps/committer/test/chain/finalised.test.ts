import { type Address, zeroHash } from "viem";
import { expect, test } from "vitest";
import { finalisedHandler } from "../../src/chain/finalised.ts";
import type { RegistryEvent } from "../../src/chain/logs.ts";
import { EpochBook } from "../../src/committee/epoch-book.ts";
import type { CommitterEvent, EpochEvent } from "../../src/journal/events.ts";
import type { Memory } from "../../src/memory.ts";
import { testNotices } from "../support/notices.ts";
import { FRIEND, STRANGER } from "../support/sample-decision.ts";
import { SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

function proposed(proposer: Address, epoch = 1n): RegistryEvent {
  const { committeeId, members, minSigners, quorum, membersHash } = SAMPLE_EPOCH;
  const args = { committeeId, epoch, proposer, members, minSigners, quorum, membersHash };
  return { eventName: "EpochProposed", args, blockNumber: 1n, blockHash: zeroHash } as unknown as RegistryEvent;
}

/** Which epochs are taken up when strangers and friends propose them. */
function takenUp(
  proposers: readonly Address[] | undefined,
  known: readonly EpochEvent[],
  events: readonly RegistryEvent[],
) {
  const book = new EpochBook();
  for (const past of known) book.apply(past);
  const recorded: CommitterEvent[] = [];
  const memory = {
    book,
    processed: undefined,
    record: (events: readonly CommitterEvent[]) => recorded.push(...events),
  };
  const handle = finalisedHandler({
    ...testNotices(),
    memory: memory as unknown as Memory,
    self: sampleIdentity("self").peer,
    proposers,
    onDecision: () => undefined,
  });
  handle(events, { number: 1n, hash: zeroHash });
  return recorded.filter(({ kind }) => kind === "EpochObserved").length;
}

test.each([
  ["anybody's, when nobody is named", undefined, [], proposed(STRANGER), 1],
  ["a friend's", [FRIEND], [], proposed(FRIEND), 1],
  ["no stranger's", [FRIEND], [], proposed(STRANGER), 0],
  ["nobody's, when the list is empty", [], [], proposed(FRIEND), 0],
  ["whoever proposes it, a new epoch of a committee it is in", [FRIEND], [SAMPLE_EPOCH], proposed(STRANGER, 2n), 1],
] as const)("of the epochs that name this committer it joins %s", (_whose, proposers, known, event, count) => {
  expect(takenUp(proposers, known, [event])).toBe(count);
});

test("a new epoch is joined also when it comes together with the first one", () => {
  expect(takenUp([FRIEND], [], [proposed(FRIEND), proposed(STRANGER, 2n)])).toBe(2);
});
