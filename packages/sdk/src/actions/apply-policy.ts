import type { Address } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";

/** Whose policy waits. */
export type ApplyPolicyParameters = AccountParameter & { readonly vault: Address };

/** The transaction that put it into force. */
export type ApplyPolicyReturnType = TransactionOutcome;

/** Errors of {@link applyPolicy}. */
export type ApplyPolicyErrorType = SynodSdkError;

/**
 * Puts the policy into force that a decision scheduled; anyone may, once its time has come. Decisions that were submitted
 * under the last one cannot be executed any more.
 * Side effects: sends one transaction. Errors: CONTRACT_REVERTED when none waits or it is too early.
 */
export function applyPolicy(client: ReadClient, parameters: ApplyPolicyParameters): Promise<ApplyPolicyReturnType> {
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: parameters.vault,
      abi: agentVaultAbi,
      functionName: "applyPolicy",
    });
    return outcomeOf(await confirmTransaction(client, await writeContract(client, request)));
  });
}
