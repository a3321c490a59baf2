import { type Action, type Bound, type Call, ZERO_ADDRESS } from "@synod/core";
import { type Address, encodeFunctionData, erc20Abi, getAddress, type Hex, isAddress, isHex, parseUnits } from "viem";
import type { DeployedAgent, Deployment } from "../deployment/deployment.ts";
import { CliError } from "../errors/cli-error.ts";
import type { BoundDraft, CallDraft, DecisionDraft } from "./decision-file.ts";
import type { TokenUnits } from "./describe-action.ts";

/** What names in a draft stand for: tokens by symbol, accounts by name. */
export type NameBook = Pick<Deployment, "tokens" | "accounts" | "chainId">;

type DraftedCall = { readonly call: Call; readonly spent: Spent | undefined };
type Spent = { readonly asset: Address; readonly amount: bigint };

const NATIVE = "native";
const NATIVE_DECIMALS = 18;

/**
 * The action a draft describes, for one agent's vault. Without bounds of its own, each asset the drafted transfers
 * spend is bounded by their sum.
 * Errors: ARGUMENT_INVALID for a name, address, amount or data that cannot be read.
 */
export function buildAction(draft: DecisionDraft, agent: DeployedAgent, names: NameBook): Action {
  const drafted = draft.calls.map((call) => buildCall(call, names));
  const spent = drafted.flatMap((item) => (item.spent === undefined ? [] : [item.spent]));
  return {
    chainId: BigInt(names.chainId),
    vault: agent.vault,
    calls: drafted.map(({ call }) => call),
    bounds: draft.bounds?.map((bound) => buildBound(bound, names)) ?? boundsOf(spent),
    gasFloor: BigInt(draft.gasFloor ?? 0),
    noNewAllowances: draft.noNewAllowances ?? false,
    allowances: [],
    codePins: [],
  };
}

function buildCall(draft: CallDraft, names: NameBook): DraftedCall {
  if ("data" in draft) return rawCall(draft.target, draft.data, draft.value ?? "0", names);
  if ("token" in draft) return tokenTransfer(findToken(draft.token, names), draft.to, draft.amount, names);
  return nativeTransfer(draft.to, draft.value, names);
}

function nativeTransfer(to: string, value: string, names: NameBook): DraftedCall {
  const amount = units(value, NATIVE_DECIMALS);
  return {
    call: { target: findAddress(to, names), value: amount, data: "0x" },
    spent: { asset: ZERO_ADDRESS, amount },
  };
}

function tokenTransfer(token: TokenUnits, to: string, text: string, names: NameBook): DraftedCall {
  const amount = units(text, token.decimals);
  const args = [findAddress(to, names), amount] as const;
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args });
  return { call: { target: token.address, value: 0n, data }, spent: { asset: token.address, amount } };
}

function rawCall(target: string, data: string, value: string, names: NameBook): DraftedCall {
  const call = { target: findAddress(target, names), value: units(value, NATIVE_DECIMALS), data: parseData(data) };
  return { call, spent: undefined };
}

function boundsOf(spent: readonly Spent[]): readonly Bound[] {
  const assets = [...new Set(spent.map(({ asset }) => asset))];
  return assets.map((asset) => {
    const amounts = spent.filter((item) => item.asset === asset).map(({ amount }) => amount);
    return { asset, maxOut: amounts.reduce((sum, amount) => sum + amount, 0n), minIn: 0n };
  });
}

function buildBound(draft: BoundDraft, names: NameBook): Bound {
  const token = draft.asset === NATIVE ? undefined : findToken(draft.asset, names);
  const read = (text: string): bigint => units(text, token?.decimals ?? NATIVE_DECIMALS);
  return {
    asset: token?.address ?? ZERO_ADDRESS,
    maxOut: read(draft.maxOut),
    minIn: read(draft.minIn ?? "0"),
  };
}

/** An amount in the smallest unit, never rounded. Errors: ARGUMENT_INVALID for more decimals than the asset has. */
function units(text: string, decimals: number): bigint {
  const [, fraction = ""] = text.split(".");
  if (fraction.length <= decimals) return parseUnits(text, decimals);
  throw invalid(`"${text}" has more than ${decimals} decimals`, "give an amount the asset can express");
}

/** A token by symbol or address. Errors: ARGUMENT_INVALID. */
function findToken(text: string, { tokens }: NameBook): TokenUnits {
  const found = tokens.find(({ symbol, address }) => symbol === text || address.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const known = tokens.map(({ symbol }) => symbol).join(", ");
  throw invalid(`"${text}" is no token of the deployment`, `give one of ${known}`);
}

/** An address, or the address of a named account. Errors: ARGUMENT_INVALID. */
function findAddress(text: string, { accounts }: NameBook): Address {
  const named = accounts[text]?.address;
  if (named !== undefined) return getAddress(named);
  if (isAddress(text)) return getAddress(text);
  throw invalid(
    `"${text}" is no address and no account of the deployment`,
    "give 0x and 40 hex digits with a right checksum, or an account's name",
  );
}

function parseData(text: string): Hex {
  if (isHex(text) && text.length % 2 === 0) return text;
  throw invalid(`"${text}" is no call data`, "give whole bytes of hex after 0x");
}

function invalid(what: string, remedy: string): CliError {
  return new CliError({ code: "ARGUMENT_INVALID", what, where: "decision", remedy });
}
