import type { Address, Hex } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";

/** Which agent to let execute again. */
export type UnpauseAgentParameters = AccountParameter & {
  readonly decisionRegistry: Address;
  readonly agentId: Hex;
};

/** The transaction that ended the pause. */
export type UnpauseAgentReturnType = TransactionOutcome;

/** Errors of {@link unpauseAgent}. */
export type UnpauseAgentErrorType = SynodSdkError;

/**
 * Ends a pause before its time; only the agent's guardian may.
 * Side effects: sends one transaction. Errors: CONTRACT_REVERTED from another account, and when there is no pause.
 */
export function unpauseAgent(client: ReadClient, parameters: UnpauseAgentParameters): Promise<UnpauseAgentReturnType> {
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: parameters.decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "unpause",
      args: [parameters.agentId],
    });
    return outcomeOf(await confirmTransaction(client, await writeContract(client, request)));
  });
}
