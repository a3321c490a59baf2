import type { Address, Hex } from "viem";
import { isAddressEqual, size, slice, toFunctionSelector } from "viem/utils";
import type { Call } from "../decision/types.ts";
import { APPROVE_TYPED_DATA } from "./typed-data-approval.ts";

const SELF_SELECTORS: ReadonlySet<Hex> = new Set([
  APPROVE_TYPED_DATA,
  toFunctionSelector("revokeTypedData(bytes32)"),
  toFunctionSelector("schedulePolicy(bytes)"),
  toFunctionSelector("cancelPolicy()"),
]);

/** Whether a call is one of the closed list that an executed decision may make of its own vault without a call rule. */
export function isSelfCall(call: Call, vault: Address): boolean {
  if (!isAddressEqual(call.target, vault) || call.value !== 0n || size(call.data) < 4) return false;
  return SELF_SELECTORS.has(slice(call.data, 0, 4).toLowerCase() as Hex);
}
