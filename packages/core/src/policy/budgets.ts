import type { Address } from "viem";
import { isAddressEqual } from "viem/utils";
import type { Action } from "../decision/types.ts";
import { amountsByRule, capViolations, chargedInWindow, findAssetRule } from "./charges.ts";
import type { AssetRule, Policy } from "./types.ts";

/** The most an action may be charged in one asset with caps. */
export interface Budget {
  /** Position of the asset's rule in the policy. */
  readonly index: number;
  readonly asset: Address;
  /** In the asset's smallest unit, as the window counts it. */
  readonly amount: bigint;
}

/** What a policy asks of a decision beyond what its epoch and its agent ask. */
export interface Requirements {
  readonly minAttestations: number;
  /** Seconds. */
  readonly minVetoWindow: bigint;
}

/**
 * As the budgets of the vault's `requirementsOf`: what the calldata or the action's bound says, whichever is more, per asset
 * it may spend. An action that would exceed a cap of one execution can never run, and has none.
 */
export function budgetsOf(policy: Policy, action: Action): readonly Budget[] {
  if (capViolations(policy, action).length > 0) return [];
  return amountsByRule(policy, action).flatMap((amount, index) => {
    const rule = policy.assets[index];
    const most = rule === undefined || rule.isUnlimited ? 0n : budget(action, rule, amount);
    if (rule === undefined || most === 0n) return [];
    return [{ index, asset: rule.asset, amount: chargedInWindow(most, rule.maxPerWindow) }];
  });
}

/** As the vault's `requirementsOf`: the most that any tier asks for whose line the budget is above. */
export function requirementsOf(policy: Policy, action: Action): Requirements {
  const amounts = amountsByRule(policy, action);
  const crossed = policy.tiers.filter(({ asset, above }) => {
    const index = findAssetRule(policy, asset);
    const rule = policy.assets[index];
    return rule !== undefined && budget(action, rule, amounts[index] ?? 0n) > above;
  });
  return {
    minAttestations: Math.max(0, ...crossed.map((tier) => tier.minAttestations)),
    minVetoWindow: crossed.reduce((most, tier) => larger(most, tier.minVetoWindow), 0n),
  };
}

function budget({ bounds }: Action, { asset, maxPerTransaction }: AssetRule, amount: bigint): bigint {
  const bounded = bounds.filter((bound) => isAddressEqual(bound.asset, asset)).map(({ maxOut }) => maxOut);
  const most = bounded.reduce(larger, amount);
  return most < maxPerTransaction ? most : maxPerTransaction;
}

function larger(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
