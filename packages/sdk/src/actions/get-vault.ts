import { type AssetRule, type Policy, ZERO_ADDRESS } from "@synod/core";
import { type Address, type Hex, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";

/** Which vault to read. */
export type GetVaultParameters = { readonly vault: Address };

/** An asset rule with what the rolling window has taken already. */
export type AssetSpending = AssetRule & { readonly spentInWindow: bigint };

/** A policy that waits. */
export type WaitingPolicy = {
  /** Account whose code is the policy, behind a zero byte. */
  readonly pointer: Address;
  /** First second of chain time at which it may take effect. */
  readonly effectiveAt: bigint;
};

/** The vault's owner, policy and spending. */
export type GetVaultReturnType = {
  readonly vault: Address;
  readonly agentId: Hex;
  readonly decisionRegistry: Address;
  readonly policyHash: Hex;
  readonly policy: Policy;
  readonly spending: readonly AssetSpending[];
  /** Absent: the policy is not about to change. */
  readonly waiting?: WaitingPolicy;
};

/** Errors of {@link getVault}. */
export type GetVaultErrorType = SynodSdkError;

/** Reads a vault. Errors: CONTRACT_MISSING when there is no vault at the address. */
export function getVault(client: ReadClient, { vault }: GetVaultParameters): Promise<GetVaultReturnType> {
  const contract = { address: vault, abi: agentVaultAbi } as const;
  return withSynodErrors(async () => {
    const [agentId, decisionRegistry, policyHash, policy, [pointer, effectiveAt]] = await Promise.all([
      readContract(client, { ...contract, functionName: "agentId" }),
      readContract(client, { ...contract, functionName: "registry" }),
      readContract(client, { ...contract, functionName: "policyHash" }),
      readContract(client, { ...contract, functionName: "policy" }),
      readContract(client, { ...contract, functionName: "scheduledPolicy" }),
    ]);
    const spent = (rule: AssetRule): Promise<bigint> =>
      readContract(client, { ...contract, functionName: "spentInWindow", args: [rule.asset] });
    const spending = await Promise.all(
      policy.assets.map(async (rule) => ({ ...rule, spentInWindow: await spent(rule) })),
    );
    const waiting = isAddressEqual(pointer, ZERO_ADDRESS) ? {} : { waiting: { pointer, effectiveAt } };
    return { vault, agentId, decisionRegistry, policyHash, policy, spending, ...waiting };
  });
}
