import type { Hex } from "viem";
import type {
  TransactionConfirmed,
  TransactionDropped,
  TransactionPrepared,
  TransactionSent,
} from "../committer/events.ts";
import type { DecisionId } from "../decision/ids.ts";
import type { TransactionPurpose, TransactionWork } from "./transaction.ts";

/** Events that move a transaction. */
export type TransactionEvent = TransactionPrepared | TransactionSent | TransactionConfirmed | TransactionDropped;

/** Key of a transaction in the state: one per purpose and decision. */
export function transactionKey(purpose: TransactionPurpose, decisionId: DecisionId): string {
  return `${purpose}/${decisionId}`;
}

/**
 * The transaction of the event's key after the event: `undefined` when its nonce is settled. An event that does not
 * fit is ignored: a nonce that another transaction holds, a replacement that pays no more, a hash never prepared.
 */
export function reduceTransaction(
  transactions: ReadonlyMap<string, TransactionWork>,
  event: TransactionEvent,
): TransactionWork | undefined {
  const work = transactions.get(transactionKey(event.purpose, event.decisionId));
  switch (event.kind) {
    case "TransactionPrepared":
      return work === undefined ? reserve(transactions, event) : replace(work, event);
    case "TransactionSent":
      return work === undefined || !isVersionOf(work, event.hash)
        ? work
        : { ...work, kind: "sent", atBlock: event.atBlock };
    case "TransactionConfirmed":
      return work === undefined || isVersionOf(work, event.hash) ? undefined : work;
    case "TransactionDropped":
      return work === undefined || work.nonce === event.nonce ? undefined : work;
  }
}

function reserve(
  transactions: ReadonlyMap<string, TransactionWork>,
  event: TransactionPrepared,
): TransactionWork | undefined {
  const isTaken = [...transactions.values()].some((other) => other.nonce === event.nonce);
  if (isTaken) return undefined;
  const { purpose, decisionId, nonce, transaction, atBlock } = event;
  return { kind: "prepared", purpose, decisionId, nonce, versions: [transaction], atBlock };
}

function replace(work: TransactionWork, event: TransactionPrepared): TransactionWork {
  const newest = work.versions.at(-1);
  const isReplacement =
    newest !== undefined && work.nonce === event.nonce && event.transaction.maxFeePerGasWei > newest.maxFeePerGasWei;
  if (!isReplacement) return work;
  return { ...work, kind: "prepared", versions: [...work.versions, event.transaction], atBlock: event.atBlock };
}

/** Whether a hash is one of the versions ever signed for the transaction. */
export function isVersionOf(work: TransactionWork, hash: Hex): boolean {
  return work.versions.some((version) => version.hash === hash);
}
