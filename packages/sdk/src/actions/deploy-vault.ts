import type { Policy } from "@synod/core";
import { type Address, getAddress, type Hex } from "viem";
import { deployContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";
import { confirmTransaction, outcomeOf, requireEvent, type TransactionOutcome } from "../transactions.ts";

/** For whom the vault is, and what it may do. */
export type DeployVaultParameters = AccountParameter & {
  readonly decisionRegistry: Address;
  /** Id the agent will have: `computeAgentId`. */
  readonly agentId: Hex;
  /** Fixed for the vault's life. */
  readonly policy: Policy;
  /** Deployment bytecode of AgentVault from the contracts' build; the SDK ships ABIs only. */
  readonly bytecode: Hex;
};

/** The vault and the transaction that deployed it. */
export type DeployVaultReturnType = TransactionOutcome & { readonly vault: Address };

/** Errors of {@link deployVault}. */
export type DeployVaultErrorType = SynodSdkError;

/** Deploys the vault of an agent that is not registered yet. Side effects: sends one transaction. */
export function deployVault(client: ReadClient, parameters: DeployVaultParameters): Promise<DeployVaultReturnType> {
  const { decisionRegistry, agentId, policy, bytecode } = parameters;
  return withSynodErrors(async () => {
    const hash = await deployContract(client, {
      account: requireAccount(client, parameters.account),
      chain: client.chain,
      abi: agentVaultAbi,
      bytecode,
      args: [decisionRegistry, agentId, policy],
    });
    const receipt = await confirmTransaction(client, hash);
    const vault = requireEvent(receipt.contractAddress ?? undefined, "contract address", receipt);
    return { ...outcomeOf(receipt), vault: getAddress(vault) };
  });
}
