import type { Address, Hex } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";

/** Which agent to pause, and until when. */
export type PauseAgentParameters = AccountParameter & {
  readonly decisionRegistry: Address;
  readonly agentId: Hex;
  /** First second of chain time at which executions run again; at most 14 days away. */
  readonly until: bigint;
};

/** The transaction that paused it. */
export type PauseAgentReturnType = TransactionOutcome;

/** Errors of {@link pauseAgent}. */
export type PauseAgentErrorType = SynodSdkError;

/**
 * Pauses the executions of an agent; only its guardian may. The pause ends by itself. Deadlines run on meanwhile.
 * Side effects: sends one transaction. Errors: CONTRACT_REVERTED from another account, within 30 days of the last pause,
 * and for more than 14 days.
 */
export function pauseAgent(client: ReadClient, parameters: PauseAgentParameters): Promise<PauseAgentReturnType> {
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: parameters.decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "pause",
      args: [parameters.agentId, parameters.until],
    });
    return outcomeOf(await confirmTransaction(client, await writeContract(client, request)));
  });
}
