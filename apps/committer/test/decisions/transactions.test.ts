import type { JournalEvent } from "@synod/core";
import type { Hex } from "viem";
import { expect, test } from "vitest";
import type { Preparation, Sending } from "../../src/chain/account.ts";
import type { DecisionContext } from "../../src/decisions/context.ts";
import {
  reconcileTransaction,
  replaceTransaction,
  sendTransaction,
} from "../../src/decisions/handlers/transactions.ts";
import { testNotices } from "../support/notices.ts";
import { sampleDecision } from "../support/sample-decision.ts";

const purpose = "execute";
const { id: decisionId } = sampleDecision();
const HASHES = ["0x01", "0x02"] as const;

type Receipt = { readonly status: "success" | "reverted"; readonly blockNumber: bigint };

/** Asks at finalised block 20 what became of nonce 7. */
function reconcile(receipts: Readonly<Record<Hex, Receipt>>, finalNonce: number): Promise<readonly JournalEvent[]> {
  const reader = {
    receipt: async (hash: Hex, atBlock: bigint) => {
      const receipt = receipts[hash];
      return receipt === undefined || receipt.blockNumber > atBlock ? undefined : receipt;
    },
    transactionCount: async () => finalNonce,
  };
  const context = { ...testNotices(), reader, account: { address: "0xaa" } } as unknown as DecisionContext;
  const order = { kind: "ReconcileTransaction", purpose, decisionId, nonce: 7, hashes: HASHES, atBlock: 20n } as const;
  return reconcileTransaction(context, order);
}

test("whichever version was mined is confirmed, with how it ended", async () => {
  const [landed] = await reconcile({ "0x02": { status: "success", blockNumber: 20n } }, 8);
  expect(landed).toMatchObject({ kind: "TransactionConfirmed", hash: "0x02", outcome: { kind: "succeeded" } });
  const [failed] = await reconcile({ "0x01": { status: "reverted", blockNumber: 19n } }, 8);
  expect(failed).toMatchObject({ kind: "TransactionConfirmed", hash: "0x01", outcome: { kind: "reverted" } });
});

test("nothing is said of a receipt that is not final, nor of a nonce that is not", async () => {
  expect(await reconcile({ "0x01": { status: "success", blockNumber: 21n } }, 7)).toEqual([]);
  expect(await reconcile({}, 7)).toEqual([]);
});

test("a nonce that another transaction took for good is dropped", async () => {
  expect(await reconcile({}, 8)).toEqual([{ kind: "TransactionDropped", purpose, decisionId, nonce: 7 }]);
});

function contextOf(account: object): DecisionContext {
  return { ...testNotices(), account, view: () => ({ head: { number: 9n } }) } as unknown as DecisionContext;
}

test.each([
  [{ kind: "sent" }, ["TransactionSent"]],
  [{ kind: "known" }, ["TransactionSent"]],
  [{ kind: "failed", reason: "no connection" }, []],
] as const satisfies readonly (readonly [Sending, readonly string[]])[])(
  "what was prepared before a crash is sent until the chain has it: %o",
  async (sending, kinds) => {
    const order = { kind: "SendTransaction", purpose, decisionId, hash: "0x01", raw: "0x0a" } as const;
    const events = await sendTransaction(contextOf({ send: async () => sending }), order);
    expect(events.map(({ kind }) => kind)).toEqual(kinds);
  },
);

const STUCK = {
  kind: "ReplaceTransaction",
  purpose,
  decisionId,
  nonce: 7,
  hash: "0x01",
  raw: "0x0a",
  maxFeePerGasWei: 1n,
  period: 1n,
} as const;

function replace(preparation: Preparation, sent: Hex[]): Promise<readonly JournalEvent[]> {
  const account = { replace: async () => preparation, send: async (raw: Hex) => void sent.push(raw) };
  return replaceTransaction(contextOf(account), STUCK);
}

test("a stuck transaction is journaled with its higher fee before it is sent; at the fee cap the old one goes again", async () => {
  const sent: Hex[] = [];
  const transaction = { hash: "0x02", raw: "0x0b", maxFeePerGasWei: 2n } as const;
  const [renewed] = await replace({ kind: "prepared", transaction }, sent);
  expect(renewed).toMatchObject({ kind: "TransactionPrepared", nonce: 7, transaction });
  expect(sent).toEqual([]);
  const [again] = await replace({ kind: "feeCapped", reason: "test" }, sent);
  expect(again).toMatchObject({ kind: "TransactionSent", hash: "0x01" });
  expect(sent).toEqual(["0x0a"]);
});
