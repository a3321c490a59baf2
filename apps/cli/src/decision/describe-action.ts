import type { Action, Bound, Call } from "@synod/core";
import { ZERO_ADDRESS } from "@synod/core";
import {
  type Address,
  decodeFunctionData,
  encodeFunctionData,
  erc20Abi,
  formatEther,
  formatUnits,
  isAddressEqual,
  size,
  slice,
} from "viem";

/** What is known about a token, so that amounts can be shown in its units. */
export type TokenUnits = { readonly symbol: string; readonly address: Address; readonly decimals: number };

/**
 * The action decoded back for the person who is about to submit it: one line per call and per bound. Amounts are shown
 * in units only where the token is known; everything that cannot be decoded is said to be so, with its selector.
 */
export function describeAction(action: Action, tokens: readonly TokenUnits[]): readonly string[] {
  return [
    `vault    ${action.vault} on chain ${action.chainId}`,
    ...action.calls.map((call, index) => `call ${index + 1}   ${describeCall(call, tokens)}`),
    ...action.bounds.map((bound) => `bound    ${describeBound(bound, tokens)}`),
    ...(action.noNewAllowances ? ["bound    no allowance given by these calls is left over"] : []),
    ...action.allowances.map(({ token, spender }) => `bound    the allowance of ${spender} on ${token} does not grow`),
    ...action.codePins.map(({ account, codeHash }) => `bound    the code of ${account} is ${codeHash}`),
    ...(action.gasFloor === 0n ? [] : [`gas      at least ${action.gasFloor} for the calls`]),
  ];
}

/** One call as a sentence. */
export function describeCall(call: Call, tokens: readonly TokenUnits[]): string {
  if (size(call.data) === 0) return `send ${formatEther(call.value)} native coin to ${call.target}`;
  const attached = call.value === 0n ? "" : `, with ${formatEther(call.value)} native coin`;
  return `${describeData(call, tokens)}${attached}`;
}

function describeData(call: Call, tokens: readonly TokenUnits[]): string {
  const amount = (value: bigint): string => formatAmount(value, call.target, tokens);
  const erc20 = decodeErc20(call);
  switch (erc20?.functionName) {
    case "transfer":
      return `transfer ${amount(erc20.args[1])} to ${erc20.args[0]}`;
    case "transferFrom":
      return `transfer ${amount(erc20.args[2])} from ${erc20.args[0]} to ${erc20.args[1]}`;
    case "approve":
      return `allow ${erc20.args[0]} to spend ${amount(erc20.args[1])}`;
    default:
      return `call ${call.target}, ${describeSelector(call)}`;
  }
}

function describeSelector(call: Call): string {
  const length = size(call.data);
  if (length < 4) return `${length} bytes of data (${call.data}), too short for a selector`;
  return `selector ${slice(call.data, 0, 4)} (not decoded), ${length} bytes of data`;
}

function describeBound(bound: Bound, tokens: readonly TokenUnits[]): string {
  const amount = (value: bigint): string => formatAmount(value, bound.asset, tokens);
  const gain = bound.minIn === 0n ? "" : `, at least ${amount(bound.minIn)} comes in`;
  return `at most ${amount(bound.maxOut)} leaves the vault${gain}`;
}

/** An amount with its unit: native coin, a known token's symbol, or base units of an unknown token. */
export function formatAmount(value: bigint, asset: Address, tokens: readonly TokenUnits[]): string {
  if (isAddressEqual(asset, ZERO_ADDRESS)) return `${formatEther(value)} native coin`;
  const token = tokens.find((candidate) => isAddressEqual(candidate.address, asset));
  if (token === undefined) return `${value} base units of token ${asset}`;
  return `${formatUnits(value, token.decimals)} ${token.symbol} (token ${token.address})`;
}

/** The ERC-20 call, if the data is exactly its canonical encoding: bytes behind it would be shown to nobody. */
function decodeErc20({ data }: Call) {
  try {
    const decoded = decodeFunctionData({ abi: erc20Abi, data });
    return encodeFunctionData({ abi: erc20Abi, ...decoded }) === data.toLowerCase() ? decoded : undefined;
  } catch {
    return undefined;
  }
}
