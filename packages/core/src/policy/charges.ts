import type { Address } from "viem";
import type { Action } from "../decision/types.ts";
import { ZERO_ADDRESS } from "../decision/types.ts";
import { readCalldata } from "./calldata.ts";
import type { Charge } from "./types.ts";

/** An address as a map key. */
export function assetKey(asset: Address): Address {
  return asset.toLowerCase() as Address;
}

/**
 * What an action spends gross according to its calldata, summed per asset in order of first use: native value, and
 * the amounts of ERC-20 `transfer`, `transferFrom` out of the vault, `approve` and `increaseAllowance`. A decoded call
 * that spends nothing still names its asset, with 0.
 */
export function grossCharges(action: Action): readonly Charge[] {
  const sums = new Map<Address, Charge>();
  const add = (asset: Address, amount: bigint): void => {
    const key = assetKey(asset);
    sums.set(key, { asset, amount: (sums.get(key)?.amount ?? 0n) + amount });
  };
  for (const call of action.calls) {
    if (call.value !== 0n) add(ZERO_ADDRESS, call.value);
    const calldata = readCalldata(call, action.vault);
    if (calldata.kind === "spending") add(call.target, calldata.amount);
  }
  return [...sums.values()];
}

/** Bits of the sum that a vault keeps of one asset's window. */
const SUM_BITS = 80;

/**
 * What a vault adds to the window of an asset when it charges `amount`: the amount itself, unless the window's cap has
 * more than 80 bits. Then amounts are counted in units, the smallest power of two with which the cap needs no more, and
 * rounded up.
 */
export function chargedInWindow(amount: bigint, maxPerWindow: bigint): bigint {
  const unitBits = BigInt(Math.max(0, maxPerWindow.toString(2).length - SUM_BITS));
  const unit = 1n << unitBits;
  return ((amount + unit - 1n) / unit) * unit;
}
