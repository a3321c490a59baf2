import type { TransactionWork } from "./transaction.ts";

/**
 * The nonce for the next transaction of the own account: the lowest one that is neither mined nor taken, so that no
 * gap can stay open. Take it and journal `TransactionPrepared` without giving way in between.
 */
export function nextNonce(transactions: ReadonlyMap<string, TransactionWork>, minedNonce: number): number {
  const taken = new Set([...transactions.values()].map((work) => work.nonce));
  let nonce = minedNonce;
  while (taken.has(nonce)) nonce += 1;
  return nonce;
}
