import { type Action, type AssetRule, budgetsOf as policyBudgets } from "@synod/core";
import { type Address, isAddressEqual } from "viem";
import type { Environment } from "./environment.ts";
import { NotModelled, Revert } from "./revert.ts";
import type { BudgetRow, VaultRow } from "./state.ts";
import { added, unitBitsOf, unitsInWindow, unitsOf } from "./windows.ts";

/** A vault's row. Errors: `NotModelled`, when there is none. */
export function vaultRow(env: Environment, vault: Address): VaultRow {
  const row = env.state.vault(vault);
  if (row === undefined) throw new NotModelled(`there is no vault at ${vault}`);
  return row;
}

/** What was charged for an asset within its window; 0 for one without caps. */
export function spentInWindow(env: Environment, vault: Address, asset: Address): bigint {
  const { policy, charged } = vaultRow(env, vault);
  const rule = policy.assets.find((candidate) => isAddressEqual(candidate.asset, asset));
  if (rule === undefined || rule.windowSeconds === 0n) return 0n;
  const units = unitsInWindow(charged.get(asset.toLowerCase()), rule.windowSeconds, env.time);
  return units << unitBitsOf(rule.maxPerWindow);
}

/** Executions in the rolling span of the policy; 0 for one without a limit. */
export function executionsInSpan(env: Environment, vault: Address): bigint {
  const { policy, executions } = vaultRow(env, vault);
  return policy.executionsSeconds === 0n ? 0n : unitsInWindow(executions, policy.executionsSeconds, env.time);
}

/** Counts an execution, where there is a limit to them. */
export function countExecution(env: Environment, vault: Address): void {
  const row = vaultRow(env, vault);
  const { maxExecutions } = row.policy;
  if (maxExecutions === 0 || row.executions === undefined) return;
  const count = executionsInSpan(env, vault) + 1n;
  if (count > maxExecutions) throw new Revert("VaultRateExceeded", [count, BigInt(maxExecutions)]);
  env.state.setVault(vault, { ...row, executions: added(row.executions, 1n, env.time) });
}

/** Charges an amount that no cap of one execution forbids. */
export function charge(env: Environment, vault: Address, { asset, maxPerWindow }: AssetRule, amount: bigint): void {
  if (amount === 0n) return;
  const row = vaultRow(env, vault);
  const key = asset.toLowerCase();
  const window = row.charged.get(key);
  if (window === undefined) throw new NotModelled(`${vault} has no window of ${asset}`);
  const unitBits = unitBitsOf(maxPerWindow);
  const units = unitsOf(amount, unitBits);
  const inWindow = spentInWindow(env, vault, asset) + (units << unitBits);
  if (inWindow > maxPerWindow) throw new Revert("VaultWindowCapExceeded", [asset, inWindow, maxPerWindow]);
  env.state.setVault(vault, { ...row, charged: new Map(row.charged).set(key, added(window, units, env.time)) });
}

/** The most that an action may charge, by rule; nothing for one that a cap per execution forbids. */
export function budgetsOf(env: Environment, vault: Address, action: Action): readonly BudgetRow[] {
  return policyBudgets(vaultRow(env, vault).policy, action).map(({ index, amount }) => ({ rule: index, amount }));
}

/** Reverts unless the policy is the one of the decision and its windows have room for what is reserved. */
export function requireRoom(
  env: Environment,
  vault: Address,
  decidedHash: string,
  reserved: readonly BudgetRow[],
): void {
  const { policy, policyHash } = vaultRow(env, vault);
  if (policyHash !== decidedHash) throw new Revert("VaultPolicyChanged", [policyHash, decidedHash]);
  for (const { rule, amount } of reserved) {
    const found = policy.assets[rule];
    if (found === undefined) continue;
    const { asset, maxPerWindow } = found;
    const sum = spentInWindow(env, vault, asset) + amount;
    if (sum > maxPerWindow) throw new Revert("VaultBudgetNotFree", [asset, sum, maxPerWindow]);
  }
}
