import { agentVaultAbi, committeeRegistryAbi, decisionRegistryAbi } from "@synod/sdk";
import {
  type Abi,
  type AbiFunction,
  type Address,
  decodeFunctionData,
  encodeFunctionResult,
  type Hex,
  isAddressEqual,
  size,
  slice,
  toFunctionSelector,
  zeroAddress,
} from "viem";
import * as vault from "./agent-vault.ts";
import { executionsInSpan, spentInWindow } from "./budgets.ts";
import * as committees from "./committee-registry.ts";
import * as decisions from "./decision-registry.ts";
import type { Environment } from "./environment.ts";
import * as policies from "./policies.ts";
import { NotModelled } from "./revert.ts";

/** Functions by name. Each knows the types of its own arguments, which the ABI item of that name gives it. */
type Functions = Readonly<Record<string, (env: Environment, args: never, at: Address) => unknown>>;
type OfEpoch = readonly [committeeId: Hex, epoch: bigint];
type OfOne = readonly [id: Hex];

const COMMITTEE_REGISTRY: Functions = {
  proposeCommittee: committees.proposeCommittee,
  proposeEpoch: committees.proposeEpoch,
  abandonEpoch: committees.abandonEpoch,
  confirmEpoch: committees.confirmEpoch,
  activateEpoch: committees.activateEpoch,
  epochOf: (env, [committeeId, epoch]: OfEpoch) => committees.epochView(env, committeeId, epoch),
  committeeOf: (env, [committeeId]: OfOne) => committees.committeeView(env, committeeId),
  activeEpoch: (env, [committeeId]: OfOne) => committees.activeEpoch(env, committeeId),
};

const DECISION_REGISTRY: Functions = {
  registerAgent: decisions.registerAgent,
  submit: decisions.submit,
  resolve: decisions.resolve,
  cancel: decisions.cancel,
  veto: decisions.veto,
  pause: decisions.pause,
  unpause: decisions.unpause,
  markExecuted: decisions.markExecuted,
  decisionOf: (env, [decisionId]: OfOne) => decisions.decisionView(env, decisionId),
  agentOf: (env, [agentId]: OfOne) => decisions.agentView(env, agentId),
};

const AGENT_VAULT: Functions = {
  execute: (env, args: Parameters<typeof vault.execute>[2], at) => vault.execute(env, at, args),
  policy: (env, _args: readonly [], at) => env.state.vault(at)?.policy,
  policyHash: (env, _args: readonly [], at) => env.state.vault(at)?.policyHash,
  agentId: (env, _args: readonly [], at) => env.state.vault(at)?.agentId,
  policyPointer: (env, _args: readonly [], at) => env.state.vault(at)?.pointer,
  scheduledPolicy: (env, _args: readonly [], at) => {
    const { pointer = zeroAddress, effectiveAt = 0n } = env.state.vault(at)?.scheduled ?? {};
    return [pointer, effectiveAt];
  },
  applyPolicy: policies.applyPolicy,
  schedulePolicy: policies.schedulePolicy,
  cancelPolicy: policies.cancelPolicy,
  executionsInSpan: (env, _args: readonly [], at) => executionsInSpan(env, at),
  spentInWindow: (env, [asset]: readonly [Address], at) => spentInWindow(env, at, asset),
};

type Contract = { readonly functions: Functions; readonly items: ReadonlyMap<Hex, AbiFunction> };

function contract(abi: Abi, functions: Functions): Contract {
  const items = abi.filter((item) => item.type === "function");
  return { functions, items: new Map(items.map((item) => [toFunctionSelector(item), item])) };
}

const committeeRegistry = contract(committeeRegistryAbi, COMMITTEE_REGISTRY);
const decisionRegistry = contract(decisionRegistryAbi, DECISION_REGISTRY);
const agentVault = contract(agentVaultAbi, AGENT_VAULT);

function contractAt(env: Environment, address: Address): Contract | undefined {
  if (isAddressEqual(address, env.committeeRegistry)) return committeeRegistry;
  if (isAddressEqual(address, env.decisionRegistry)) return decisionRegistry;
  return env.state.vault(address) === undefined ? undefined : agentVault;
}

/** Whether there is code at an address. */
export function hasCode(env: Environment, address: Address): boolean {
  return contractAt(env, address) !== undefined;
}

/** What an account is sent. */
export type Message = { readonly to: Address; readonly data: Hex; readonly value: bigint };

/**
 * Lets an account take a message, as a transaction or a call does. Errors: `Revert`, with the environment's state and
 * logs to be thrown away; `NotModelled`.
 * @returns what the contract returns, encoded
 */
export function receive(env: Environment, { to, data, value }: Message): Hex {
  if (value > 0n && !env.state.move(env.sender, to, value)) throw new NotModelled("a message without its coin");
  const found = contractAt(env, to);
  if (found === undefined || size(data) === 0) return "0x";
  const item = found.items.get(slice(data, 0, 4));
  const run = item === undefined ? undefined : found.functions[item.name];
  if (item === undefined || run === undefined) throw new NotModelled(`function ${item?.name ?? data} of ${to}`);
  const { args } = decodeFunctionData({ abi: [item], data });
  const result = run(env, (args ?? []) as never, to);
  return encodeFunctionResult({ abi: [item], functionName: item.name, result } as never);
}
