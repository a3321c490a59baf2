import type { JournalEvent, ReconcileTransaction, ReplaceTransaction, SendTransaction } from "@synod/core";
import type { Handler } from "../context.ts";

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

/** Finds out what became of a nonce that is used up, from final blocks alone. */
export const reconcileTransaction: Handler<ReconcileTransaction> = async (context, order) => {
  const { purpose, decisionId, nonce, hashes, atBlock: finalised } = order;
  for (const hash of hashes) {
    const receipt = await context.reader.receipt(hash, finalised);
    if (receipt === undefined) continue;
    const outcome =
      receipt.status === "success"
        ? ({ kind: "succeeded" } as const)
        : ({ kind: "reverted", reason: "the transaction reverted in its block" } as const);
    context.metrics.transactions.inc({ outcome: outcome.kind });
    return [{ kind: "TransactionConfirmed", purpose, decisionId, hash, outcome, atBlock: receipt.blockNumber }];
  }
  const used = await context.reader.transactionCount(context.account.address, finalised);
  const dropped: JournalEvent = { kind: "TransactionDropped", purpose, decisionId, nonce };
  return used > nonce ? [dropped] : [];
};
