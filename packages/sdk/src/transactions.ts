import type { Hash, TransactionReceipt } from "viem";
import { waitForTransactionReceipt } from "viem/actions";
import type { ReadClient } from "./client.ts";
import { SynodSdkError } from "./errors/synod-sdk-error.ts";

/** Where a sent transaction landed. */
export type TransactionOutcome = {
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
  readonly gasUsed: bigint;
};

/** Waits until the transaction is in a block. Errors: TRANSACTION_FAILED when it reverted there. */
export async function confirmTransaction(client: ReadClient, hash: Hash): Promise<TransactionReceipt> {
  const receipt = await waitForTransactionReceipt(client, { hash });
  if (receipt.status === "success") return receipt;
  throw new SynodSdkError({
    code: "TRANSACTION_FAILED",
    what: `transaction ${hash} reverted in block ${receipt.blockNumber}`,
    remedy: "the chain changed after the simulation: read the state and try again",
  });
}

/** The outcome part of a receipt. */
export function outcomeOf(receipt: TransactionReceipt): TransactionOutcome {
  return {
    transactionHash: receipt.transactionHash,
    blockNumber: receipt.blockNumber,
    gasUsed: receipt.gasUsed,
  };
}

/** The one event an action's transaction must have emitted. Errors: CONTRACT_MISSING when it did not. */
export function requireEvent<Event>(event: Event | undefined, name: string, receipt: TransactionReceipt): Event {
  if (event !== undefined) return event;
  throw new SynodSdkError({
    code: "CONTRACT_MISSING",
    what: `transaction ${receipt.transactionHash} emitted no ${name}`,
    remedy: "check the contract's address: something else answers there",
  });
}
