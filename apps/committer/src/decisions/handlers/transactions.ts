import type { JournalEvent, ReconcileTransaction, ReplaceTransaction, SendTransaction } from "@synod/core";
import { type Hex, TransactionReceiptNotFoundError } from "viem";
import type { DecisionContext, Handler } from "../context.ts";

/** Hands prepared bytes to the chain. */
export const sendTransaction: Handler<SendTransaction> = async (context, { purpose, decisionId, hash, raw }) => {
  const sending = await context.account.send(raw);
  context.metrics.transactions.inc({ outcome: sending.kind });
  if (sending.kind === "failed") {
    context.log.warn("transaction could not be sent", { decisionId, action: purpose, reason: sending.reason });
    return [];
  }
  context.log.info("transaction sent", { decisionId, action: purpose, transactionHash: hash });
  return [{ kind: "TransactionSent", purpose, decisionId, hash, atBlock: context.view().head.number }];
};

/** Offers the same intent under the same nonce for a higher fee; when that is impossible, the old bytes again. */
export const replaceTransaction: Handler<ReplaceTransaction> = async (context, order) => {
  const { purpose, decisionId, nonce, hash, raw } = order;
  const atBlock = context.view().head.number;
  const prepared = await context.account.replace(raw);
  if (prepared.kind === "prepared") {
    const { transaction } = prepared;
    return [{ kind: "TransactionPrepared", purpose, decisionId, nonce, transaction, atBlock }];
  }
  await context.account.send(raw);
  return [{ kind: "TransactionSent", purpose, decisionId, hash, atBlock }];
};

async function receiptOf(context: DecisionContext, hash: Hex) {
  try {
    return await context.reader.client.getTransactionReceipt({ hash });
  } catch (cause) {
    if (cause instanceof TransactionReceiptNotFoundError) return undefined;
    throw cause;
  }
}

/** Finds out what became of a nonce that is used up, from final blocks alone. */
export const reconcileTransaction: Handler<ReconcileTransaction> = async (context, order) => {
  const { purpose, decisionId, nonce, hashes, atBlock: finalised } = order;
  for (const hash of hashes) {
    const receipt = await receiptOf(context, hash);
    if (receipt === undefined) continue;
    if (receipt.blockNumber > finalised) return [];
    const outcome =
      receipt.status === "success"
        ? ({ kind: "succeeded" } as const)
        : ({ kind: "reverted", reason: "the transaction reverted in its block" } as const);
    context.metrics.transactions.inc({ outcome: outcome.kind });
    return [{ kind: "TransactionConfirmed", purpose, decisionId, hash, outcome, atBlock: receipt.blockNumber }];
  }
  const used = await context.reader.client.getTransactionCount({
    address: context.account.address,
    blockNumber: finalised,
  });
  const dropped: JournalEvent = { kind: "TransactionDropped", purpose, decisionId, nonce };
  return used > nonce ? [dropped] : [];
};
