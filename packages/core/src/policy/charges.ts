import type { Address } from "viem";
import { isAddressEqual } from "viem/utils";
import type { Action } from "../decision/types.ts";
import { ZERO_ADDRESS } from "../decision/types.ts";
import { isWellFormed, namesOperator, spentBy } from "./calldata.ts";
import type { Charge, Policy, RuleViolation } from "./types.ts";

const MAX_UINT256 = (1n << 256n) - 1n;
/** Bits of the sum that a vault keeps of one asset's window. */
const SUM_BITS = 80;

/** An address as a map key. */
export function assetKey(asset: Address): Address {
  return asset.toLowerCase() as Address;
}

/** Position of the rule of an asset, or -1. */
export function findAssetRule(policy: Policy, asset: Address): number {
  return policy.assets.findIndex((rule) => isAddressEqual(rule.asset, asset));
}

type CallCharge = Charge & { readonly call: number };

/**
 * What the calls of an action spend gross according to their calldata, in their order: native value, and the amounts of
 * ERC-20 `transfer`, `transferFrom` out of the vault, `approve`, `increaseAllowance` and `permit` of the vault's tokens.
 * A call that is charged but spends nothing still names its asset, with 0.
 */
function chargesByCall({ calls, vault }: Action): readonly CallCharge[] {
  return calls.flatMap(({ target, value, data }, call) => {
    const native = value === 0n ? [] : [{ call, asset: ZERO_ADDRESS, amount: value }];
    const amount = isWellFormed(data) ? spentBy({ data }, vault) : undefined;
    return amount === undefined ? native : [...native, { call, asset: target, amount }];
  });
}

/** What an action spends gross according to its calldata, summed per asset in order of first use. */
export function grossCharges(action: Action): readonly Charge[] {
  const sums = new Map<Address, Charge>();
  for (const { asset, amount } of chargesByCall(action)) {
    const key = assetKey(asset);
    sums.set(key, { asset, amount: addUpTo(sums.get(key)?.amount ?? 0n, amount) });
  }
  return [...sums.values()];
}

/** Gross charge per asset rule, in the order of the rules. */
export function amountsByRule(policy: Policy, action: Action): readonly bigint[] {
  const sums = new Map(grossCharges(action).map(({ asset, amount }) => [assetKey(asset), amount]));
  return policy.assets.map(({ asset }) => sums.get(assetKey(asset)) ?? 0n);
}

/** Assets without a rule that one call would spend, and operators without one that says unlimited. */
export function spendingViolations(policy: Policy, action: Action, position: number): readonly RuleViolation[] {
  const { target = action.vault, data = "0x" } = action.calls[position] ?? {};
  return [
    ...chargesByCall(action)
      .filter(({ call }) => call === position)
      .flatMap((charge) => denied(policy, charge)),
    ...(isWellFormed(data) && namesOperator(data) ? operatorDenied(policy, position, target) : []),
  ];
}

/** Caps of one execution that are exceeded. */
export function capViolations(policy: Policy, action: Action): readonly RuleViolation[] {
  return amountsByRule(policy, action).flatMap((amount, rule) => overCap(policy, rule, amount));
}

function denied(policy: Policy, { call, asset, amount }: CallCharge): readonly RuleViolation[] {
  return findAssetRule(policy, asset) === -1 ? [{ code: "ASSET_NOT_ALLOWED", call, asset, amount }] : [];
}

function operatorDenied(policy: Policy, call: number, asset: Address): readonly RuleViolation[] {
  const rule = findAssetRule(policy, asset);
  if (policy.assets[rule]?.isUnlimited === true) return [];
  return [{ code: "OPERATOR_NOT_ALLOWED", call, ...(rule === -1 ? {} : { rule }), asset }];
}

function overCap(policy: Policy, rule: number, amount: bigint): readonly RuleViolation[] {
  const terms = policy.assets[rule];
  if (terms === undefined || terms.isUnlimited || amount <= terms.maxPerTransaction) return [];
  return [{ code: "OVER_TRANSACTION_CAP", rule, asset: terms.asset, amount, cap: terms.maxPerTransaction }];
}

/** A sum as the contracts count it: no larger than the largest number. */
export function addUpTo(left: bigint, right: bigint): bigint {
  const sum = left + right;
  return sum > MAX_UINT256 ? MAX_UINT256 : sum;
}

/**
 * What a vault adds to the window of an asset when it charges `amount`: the amount itself, unless the window's cap has
 * more than 80 bits. Then amounts are counted in units, the smallest power of two with which the cap needs no more, and
 * rounded up. What is above the cap alone is left as it is.
 */
export function chargedInWindow(amount: bigint, maxPerWindow: bigint): bigint {
  if (amount > maxPerWindow) return amount;
  const unit = 1n << BigInt(Math.max(0, maxPerWindow.toString(2).length - SUM_BITS));
  return ((amount + unit - 1n) / unit) * unit;
}
