import type { AssetRule, Policy } from "@synod/core";
import type { Address, Hex } from "viem";
import { readContract } from "viem/actions";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";

/** Which vault to read. */
export type GetVaultParameters = { readonly vault: Address };

/** An asset rule with what the rolling window has taken already. */
export type AssetSpending = AssetRule & { readonly spentInWindow: bigint };

/** The vault's owner, policy and spending. */
export type GetVaultReturnType = {
  readonly vault: Address;
  readonly agentId: Hex;
  readonly decisionRegistry: Address;
  readonly policyHash: Hex;
  readonly policy: Policy;
  readonly spending: readonly AssetSpending[];
};

/** Errors of {@link getVault}. */
export type GetVaultErrorType = SynodSdkError;

/** Reads a vault. Errors: CONTRACT_MISSING when there is no vault at the address. */
export function getVault(client: ReadClient, { vault }: GetVaultParameters): Promise<GetVaultReturnType> {
  const contract = { address: vault, abi: agentVaultAbi } as const;
  return withSynodErrors(async () => {
    const [agentId, decisionRegistry, policyHash, policy] = await Promise.all([
      readContract(client, { ...contract, functionName: "agentId" }),
      readContract(client, { ...contract, functionName: "registry" }),
      readContract(client, { ...contract, functionName: "policyHash" }),
      readContract(client, { ...contract, functionName: "policy" }),
    ]);
    const spent = (rule: AssetRule): Promise<bigint> =>
      readContract(client, { ...contract, functionName: "spentInWindow", args: [rule.asset] });
    const spending = await Promise.all(
      policy.assets.map(async (rule) => ({ ...rule, spentInWindow: await spent(rule) })),
    );
    return { vault, agentId, decisionRegistry, policyHash, policy, spending };
  });
}
