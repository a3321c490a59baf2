import type { Address, Hex } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";

/** Which decision to withdraw. */
export type CancelDecisionParameters = AccountParameter & {
  readonly decisionRegistry: Address;
  readonly decisionId: Hex;
};

/** The transaction that withdrew it. */
export type CancelDecisionReturnType = TransactionOutcome;

/** Errors of {@link cancelDecision}. */
export type CancelDecisionErrorType = SynodSdkError;

/**
 * Withdraws a pending decision; only its submitter may.
 * Side effects: sends one transaction. Errors: CONTRACT_REVERTED when it has a result already or another submitted it.
 */
export function cancelDecision(
  client: ReadClient,
  parameters: CancelDecisionParameters,
): Promise<CancelDecisionReturnType> {
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: parameters.decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "cancel",
      args: [parameters.decisionId],
    });
    return outcomeOf(await confirmTransaction(client, await writeContract(client, request)));
  });
}
