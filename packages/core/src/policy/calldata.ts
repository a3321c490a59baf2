import type { Address, Hex } from "viem";
import { isAddressEqual, size, slice, toFunctionSelector } from "viem/utils";
import type { Call } from "../decision/types.ts";

/** Selector that stands for a call with empty data. */
export const EMPTY_SELECTOR: Hex = "0x00000000";

const TRANSFER_FROM = toFunctionSelector("transferFrom(address,address,uint256)");

/** Bytes that the calldata of a function must at least hold; the functions whose amount is charged as spending. */
const DECODED_LENGTHS: ReadonlyMap<Hex, number> = new Map([
  [toFunctionSelector("transfer(address,uint256)"), 68],
  [toFunctionSelector("approve(address,uint256)"), 68],
  [toFunctionSelector("increaseAllowance(address,uint256)"), 68],
  [TRANSFER_FROM, 100],
]);

const HIDDEN_ALLOWANCES: ReadonlySet<Hex> = new Set(
  [
    "setApprovalForAll(address,bool)",
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
    "permit(address,address,uint256,uint256,bytes)",
    "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)",
    "approve(address,address,uint160,uint48)",
    "approveAndCall(address,uint256)",
    "approveAndCall(address,uint256,bytes)",
    "increaseApproval(address,uint256)",
    "authorizeOperator(address)",
    "setOperator(address,bool)",
    "approve(address,uint256,uint256)",
  ].map((signature) => toFunctionSelector(signature)),
);

/** What the calldata of a call is, before any rule is asked. */
export type Calldata =
  | { readonly kind: "empty" }
  /** 1–3 bytes, or a selector of zero. */
  | { readonly kind: "withoutSelector" }
  /** A function whose amount is charged, too short to hold its arguments. */
  | { readonly kind: "tooShort"; readonly selector: Hex }
  /** A function that gives an allowance which cannot be charged. */
  | { readonly kind: "hiddenAllowance"; readonly selector: Hex }
  /** A function that spends `amount` of the called token; 0 when it pulls from somebody else. */
  | { readonly kind: "spending"; readonly selector: Hex; readonly amount: bigint }
  | { readonly kind: "other"; readonly selector: Hex };

/** Reads what a call of `vault` spends, as the vault's contract does. */
export function readCalldata(call: Call, vault: Address): Calldata {
  const length = size(call.data);
  if (length === 0) return { kind: "empty" };
  if (length < 4) return { kind: "withoutSelector" };
  const selector = slice(call.data, 0, 4).toLowerCase() as Hex;
  if (selector === EMPTY_SELECTOR) return { kind: "withoutSelector" };
  if (HIDDEN_ALLOWANCES.has(selector)) return { kind: "hiddenAllowance", selector };
  const needed = DECODED_LENGTHS.get(selector);
  if (needed === undefined) return { kind: "other", selector };
  if (length < needed) return { kind: "tooShort", selector };
  return { kind: "spending", selector, amount: tokenAmount(call.data, selector, vault) };
}

function tokenAmount(data: Hex, selector: Hex, vault: Address): bigint {
  if (selector !== TRANSFER_FROM) return BigInt(slice(data, 36, 68));
  // Upper bits of the address are ignored, as a token might ignore them.
  return isAddressEqual(slice(data, 16, 36), vault) ? BigInt(slice(data, 68, 100)) : 0n;
}
