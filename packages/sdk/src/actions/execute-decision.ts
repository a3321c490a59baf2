import type { Action } from "@synod/core";
import type { Address, Hex } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";

/** What to execute, and with which authorization. */
export type ExecuteDecisionParameters = AccountParameter & {
  readonly vault: Address;
  readonly decisionId: Hex;
  /** The payload exactly as it was submitted. */
  readonly action: Action;
  /** The group key's signature over the vault's authorization digest, 65 bytes. */
  readonly signature: Hex;
};

/** The transaction that executed it. */
export type ExecuteDecisionReturnType = TransactionOutcome;

/** Errors of {@link executeDecision}. */
export type ExecuteDecisionErrorType = SynodSdkError;

/**
 * Executes a ready decision through its vault. The committers do this by themselves; anyone who holds the signature may.
 * Side effects: sends one transaction. Errors: CONTRACT_REVERTED with the vault's named refusal.
 */
export function executeDecision(
  client: ReadClient,
  parameters: ExecuteDecisionParameters,
): Promise<ExecuteDecisionReturnType> {
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: parameters.vault,
      abi: agentVaultAbi,
      functionName: "execute",
      args: [parameters.decisionId, parameters.action, parameters.signature],
    });
    return outcomeOf(await confirmTransaction(client, await writeContract(client, request)));
  });
}
