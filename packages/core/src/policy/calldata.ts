import type { Address, Hex } from "viem";
import { isAddressEqual, size, slice, toFunctionSelector } from "viem/utils";
import type { Call } from "../decision/types.ts";

/** Selector that stands for a call with empty data. */
export const EMPTY_SELECTOR: Hex = "0x00000000";

/** What the vault's contract knows of a function. */
interface Shape {
  /** Words of arguments that the calldata must hold at least. */
  readonly words: number;
  /** Which argument is given something. */
  readonly recipient: number;
  /** Which argument is the amount that is charged; absent: nothing is. */
  readonly amount?: number;
  /** Whether the first argument says whose tokens they are; else they are the caller's. */
  readonly namesOwner?: true;
}

const SET_APPROVAL_FOR_ALL = toFunctionSelector("setApprovalForAll(address,bool)");

const SHAPES: ReadonlyMap<Hex, Shape> = new Map([
  [toFunctionSelector("transfer(address,uint256)"), { words: 2, recipient: 0, amount: 1 }],
  [toFunctionSelector("approve(address,uint256)"), { words: 2, recipient: 0, amount: 1 }],
  [toFunctionSelector("increaseAllowance(address,uint256)"), { words: 2, recipient: 0, amount: 1 }],
  [
    toFunctionSelector("transferFrom(address,address,uint256)"),
    { words: 3, recipient: 1, amount: 2, namesOwner: true },
  ],
  [
    toFunctionSelector("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"),
    { words: 7, recipient: 1, amount: 2, namesOwner: true },
  ],
  [
    toFunctionSelector("permit(address,address,uint256,uint256,bytes)"),
    { words: 5, recipient: 1, amount: 2, namesOwner: true },
  ],
  [SET_APPROVAL_FOR_ALL, { words: 2, recipient: 0 }],
  [toFunctionSelector("safeTransferFrom(address,address,uint256)"), { words: 3, recipient: 1 }],
  [toFunctionSelector("safeTransferFrom(address,address,uint256,bytes)"), { words: 4, recipient: 1 }],
  [toFunctionSelector("safeTransferFrom(address,address,uint256,uint256,bytes)"), { words: 5, recipient: 1 }],
  [toFunctionSelector("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)"), { words: 5, recipient: 1 }],
]);

const HIDDEN_ALLOWANCES: ReadonlySet<Hex> = new Set(
  [
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

/** Whether the function gives an allowance that no cap can count. No vault takes a rule for it. */
export function givesHiddenAllowance(selector: Hex): boolean {
  return HIDDEN_ALLOWANCES.has(selector);
}

/** Selector of calldata, in lower case; `EMPTY_SELECTOR` when it has none. */
export function selectorOf(data: Hex): Hex {
  return size(data) < 4 ? EMPTY_SELECTOR : (slice(data, 0, 4).toLowerCase() as Hex);
}

/**
 * Whether calldata is empty, or begins with a selector that is not zero and holds the arguments of the functions that
 * are read here.
 */
export function isWellFormed(data: Hex): boolean {
  if (size(data) === 0) return true;
  const selector = selectorOf(data);
  return selector !== EMPTY_SELECTOR && size(data) >= 4 + 32 * (SHAPES.get(selector)?.words ?? 0);
}

/** Who is given something by well-formed calldata; undefined when it does not tell. */
export function recipientOf(data: Hex): Address | undefined {
  const shape = SHAPES.get(selectorOf(data));
  return shape === undefined ? undefined : addressAt(data, shape.recipient);
}

/**
 * Amount of the called token that a well-formed call spends from `vault` or lets another spend: 0 when it is of somebody
 * else's tokens, undefined when the function is not charged.
 */
export function spentBy({ data }: Pick<Call, "data">, vault: Address): bigint | undefined {
  const shape = SHAPES.get(selectorOf(data));
  if (shape?.amount === undefined) return undefined;
  const isOfOther = shape.namesOwner === true && !isAddressEqual(addressAt(data, 0), vault);
  return isOfOther ? 0n : BigInt(argumentAt(data, shape.amount));
}

/** Whether well-formed calldata names an operator over a whole collection. */
export function namesOperator(data: Hex): boolean {
  return selectorOf(data) === SET_APPROVAL_FOR_ALL && BigInt(argumentAt(data, 1)) !== 0n;
}

/** The word that begins so many bytes after the selector; undefined unless the calldata holds all of it. */
export function wordAt(data: Hex, offset: bigint): Hex | undefined {
  const start = 4n + offset;
  return start + 32n > BigInt(size(data)) ? undefined : slice(data, Number(start), Number(start) + 32);
}

function argumentAt(data: Hex, position: number): Hex {
  const start = 4 + 32 * position;
  return slice(data, start, start + 32);
}

/** Upper bits of the address are ignored, as a token might ignore them. */
function addressAt(data: Hex, position: number): Address {
  return slice(argumentAt(data, position), 12);
}
