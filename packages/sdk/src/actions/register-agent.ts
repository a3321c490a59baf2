import { type Address, type Hex, parseEventLogs } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import type { AgentTerms } from "../records/agent-record.ts";
import { confirmTransaction, outcomeOf, requireEvent, type TransactionOutcome } from "../transactions.ts";

/** What to register. */
export type RegisterAgentParameters = AccountParameter & {
  readonly decisionRegistry: Address;
  /** 32 bytes that let one account register the same terms twice. */
  readonly salt: Hex;
  /** The vault must have been deployed for this agent's id. */
  readonly terms: AgentTerms;
};

/** The agent and the transaction that registered it. */
export type RegisterAgentReturnType = TransactionOutcome & { readonly agentId: Hex };

/** Errors of {@link registerAgent}. */
export type RegisterAgentErrorType = SynodSdkError;

/** Registers an agent. Side effects: sends one transaction. Errors: CONTRACT_REVERTED with the registry's refusal. */
export function registerAgent(
  client: ReadClient,
  parameters: RegisterAgentParameters,
): Promise<RegisterAgentReturnType> {
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: parameters.decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "registerAgent",
      args: [parameters.salt, parameters.terms],
    });
    const receipt = await confirmTransaction(client, await writeContract(client, request));
    const events = parseEventLogs({ abi: decisionRegistryAbi, logs: receipt.logs, eventName: "AgentRegistered" });
    const { agentId } = requireEvent(events[0], "AgentRegistered", receipt).args;
    return { ...outcomeOf(receipt), agentId };
  });
}
