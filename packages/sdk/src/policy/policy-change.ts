import { type Call, encodePolicy, type Policy } from "@synod/core";
import { type Address, encodeFunctionData } from "viem";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";

/**
 * The call by which a decision has its vault change the policy, after the delay that the present one states. It needs no
 * call rule. When it is executed the vault refuses a policy that it may not have, and when its own never changes.
 */
export function schedulePolicyCall(vault: Address, policy: Policy): Call {
  const data = encodeFunctionData({ abi: agentVaultAbi, functionName: "schedulePolicy", args: [encodePolicy(policy)] });
  return { target: vault, value: 0n, data };
}

/** The call by which a decision has its vault give up the policy that waits. It needs no call rule. */
export function cancelPolicyCall(vault: Address): Call {
  return { target: vault, value: 0n, data: encodeFunctionData({ abi: agentVaultAbi, functionName: "cancelPolicy" }) };
}
