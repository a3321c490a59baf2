import type { Address } from "viem";
import type { AccountParameter } from "../account.ts";
import type { ReadClient } from "../client.ts";
import { type VaultParts, vaultCreation } from "../deployment/creations.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import type { TransactionOutcome } from "../transactions.ts";
import { deployDeterministic } from "./deploy-deterministic.ts";

/** For whom the vault is, and what it may do. */
export type DeployVaultParameters = AccountParameter & VaultParts;

/** The vault and the transaction that deployed it; undefined when this very vault stood there already. */
export type DeployVaultReturnType = { readonly vault: Address; readonly transaction: TransactionOutcome | undefined };

/** Errors of {@link deployVault}. */
export type DeployVaultErrorType = SynodSdkError;

/**
 * Deploys the vault of an agent that is not registered yet, at the address that `vaultCreation` foretells.
 * Side effects: sends one transaction or none. Errors: CONTRACT_MISSING on a chain without the deployment proxy;
 * CONTRACT_REVERTED with the refusal of the policy.
 */
export async function deployVault(
  client: ReadClient,
  parameters: DeployVaultParameters,
): Promise<DeployVaultReturnType> {
  const creation = vaultCreation(parameters);
  const { address, transaction } = await deployDeterministic(client, { ...creation, account: parameters.account });
  return { vault: address, transaction };
}
