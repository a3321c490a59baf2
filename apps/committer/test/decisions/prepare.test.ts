import type { JournalEvent } from "@synod/core";
import { expect, test } from "vitest";
import type { Preparation } from "../../src/chain/account.ts";
import type { DecisionContext } from "../../src/decisions/context.ts";
import { prepareDurably } from "../../src/decisions/handlers/prepare.ts";
import { testNotices } from "../support/notices.ts";
import { FRIEND, sampleDecision } from "../support/sample-decision.ts";

const { id: decisionId } = sampleDecision();
const INTENT = { to: FRIEND, data: "0x" } as const;

async function prepare(preparation: Preparation) {
  const notices = testNotices();
  const recorded: JournalEvent[] = [];
  const context = {
    ...notices,
    outbox: { withNonce: (work: (nonce: number) => Promise<unknown>) => work(7) },
    account: { prepare: async () => preparation },
    view: () => ({ head: { number: 9n } }),
    record: (events: readonly JournalEvent[]) => void recorded.push(...events),
  } as unknown as DecisionContext;
  const returned = await prepareDurably(context, { purpose: "execute", decisionId }, INTENT);
  return { returned, recorded, alarms: notices.alarms };
}

test.each([
  ["noGasMoney", "outOfGasMoney"],
  ["feeCapped", "feeAboveCap"],
] as const)("%s is an alarm and no failure of the decision: it may pass", async (kind, alarm) => {
  const { returned, recorded, alarms } = await prepare({ kind, reason: "test" });
  expect([...returned, ...recorded]).toEqual([]);
  expect(alarms.stands(alarm)).toBe(true);
});

test("a revert counts as a failure, unless somebody else was faster", async () => {
  const revert = { kind: "unknown", reason: "test", data: "0x" } as const;
  const failed = await prepare({ kind: "reverts", revert, reason: "test" });
  expect(failed.returned).toMatchObject([{ kind: "TransactionRefused", purpose: "execute", atBlock: 9n }]);
  const named = { kind: "named", name: "DecisionUnexpectedState", args: [] } as unknown as typeof revert;
  const overtaken = await prepare({ kind: "reverts", revert: named, reason: "test" });
  expect([...overtaken.returned, ...overtaken.recorded]).toEqual([]);
});

test.each([
  "DecisionPredecessorNotExecuted",
  "DecisionAgentPaused",
  "VaultBudgetNotFree",
  "DecisionReservationsFull",
  "VaultOutsideHours",
  "VaultRateExceeded",
  "VaultWindowCapExceeded",
] as const)("%s is no failure of the decision: it is tried again", async (name) => {
  const named = { kind: "named", name, args: [], data: "0x" } as const;
  const waiting = await prepare({ kind: "reverts", revert: named, reason: "test" });
  expect([...waiting.returned, ...waiting.recorded]).toEqual([]);
});

test("what is prepared is durable, with its nonce, before the nonce is given to anything else", async () => {
  const transaction = { hash: "0x01", raw: "0x02", maxFeePerGasWei: 1n } as const;
  const { returned, recorded } = await prepare({ kind: "prepared", transaction });
  expect(returned).toEqual([]);
  expect(recorded).toMatchObject([{ kind: "TransactionPrepared", nonce: 7, transaction, atBlock: 9n }]);
});
