import type { Decision, PostResult } from "@synod/core";
import { agentVaultAbi, decisionRegistryAbi } from "@synod/sdk";
import { type Address, encodeFunctionData, type Hex } from "viem";
import type { Intent } from "../chain/account.ts";

/** The transaction that records the canonical result. */
export function resolveIntent(registry: Address, order: PostResult): Intent {
  const args = [order.decisionId, order.reply, order.resultHash, order.attestations] as const;
  return { to: registry, data: encodeFunctionData({ abi: decisionRegistryAbi, functionName: "resolve", args }) };
}

/** The transaction that makes the vault act. */
export function executeIntent(decision: Decision, signature: Hex): Intent {
  const { calls, bounds, ...rest } = decision.action;
  const action = { ...rest, calls: [...calls], bounds: [...bounds] };
  const args = [decision.id, action, signature] as const;
  return { to: action.vault, data: encodeFunctionData({ abi: agentVaultAbi, functionName: "execute", args }) };
}
