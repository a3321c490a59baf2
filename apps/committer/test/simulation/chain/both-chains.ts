import { fail } from "node:assert/strict";
import type { Policy } from "@synod/core";
import {
  agentVaultAbi,
  committeeRegistryAbi,
  decisionRegistryAbi,
  type SynodContracts,
  synodActions,
} from "@synod/sdk";
import { type Address, BaseError, encodeFunctionData, type Hex, isHex, keccak256, parseEther } from "viem";
import type { TestChain } from "../../devnet/chain.ts";
import { artifact, chainClient, funded } from "../../devnet/scene.ts";
import { type Message, receive } from "./contracts.ts";
import { type StateName, stateOf } from "./decision-registry.ts";
import type { Environment } from "./environment.ts";
import { newVault } from "./policies.ts";
import { Revert } from "./revert.ts";
import { ChainState, type EmittedLog } from "./state.ts";

const GAS = 5_000_000n;

/** What came of a transaction, on either chain. */
export type Effect =
  | { readonly kind: "done"; readonly logs: readonly EmittedLog[] }
  | { readonly kind: "reverted"; readonly data: Hex };

/** A transaction for both chains. */
export type Step = { readonly sender: number; readonly message: Message; readonly time: bigint };

function revertData(thrown: unknown): Hex | undefined {
  if (typeof thrown !== "object" || thrown === null || !("data" in thrown)) return undefined;
  const { data } = thrown;
  return typeof data === "string" && isHex(data) ? data : revertData(data);
}

/** The real contracts on a real node, and the model beside them. Each step is done on both. */
export class BothChains {
  readonly contracts: SynodContracts;
  readonly #chain: TestChain;
  #state = new ChainState();
  #time = 0n;

  constructor(chain: TestChain, contracts: SynodContracts) {
    this.#chain = chain;
    this.contracts = contracts;
  }

  /** Time of the newest block, in seconds. */
  get time(): bigint {
    return this.#time;
  }

  /** The model's state. */
  get state(): ChainState {
    return this.#state;
  }

  /** Takes up the real chain's time. */
  async begin(): Promise<void> {
    this.#time = (await chainClient(this.#chain).getBlock()).timestamp;
  }

  /** Deploys a vault on the real chain, puts its row into the model, and gives both the same coin. */
  async addVault(agentId: Hex, policy: Policy): Promise<Address> {
    const client = chainClient(this.#chain).extend(synodActions(this.contracts));
    const { bytecode } = artifact("AgentVault");
    const { vault } = await client.deployVault({ agentId, policy, bytecode });
    const balance = parseEther("10");
    await client.setBalance({ address: vault, value: balance });
    await this.begin();
    this.#state.setVault(vault, newVault(vault, agentId, policy, this.#time));
    this.#state.setAccount(vault, { balance, nonce: 0 });
    return vault;
  }

  /** Runs a transaction on both chains, at the same time. */
  async run(step: Step): Promise<{ readonly real: Effect; readonly model: Effect }> {
    this.#time = step.time;
    return { real: await this.#onReal(step), model: this.#onModel(step) };
  }

  /** Asks both chains the same question at the newest block. */
  async ask(to: Address, data: Hex): Promise<{ readonly real: Hex; readonly model: Hex }> {
    const block = await chainClient(this.#chain).getBlockNumber({ cacheTime: 0 });
    const real = await this.#call(to, data, block);
    return { real, model: this.#view({ to, data, value: 0n }) };
  }

  /** A decision's state in the model, at the newest block; `undefined` when there is none. */
  stateOf(decisionId: Hex): StateName | undefined {
    const row = this.#state.decisions.get(decisionId);
    return row && stateOf(this.#environment(this.#state, funded(0).address), row);
  }

  /** What both chains say of an account's coin. */
  async balances(address: Address): Promise<{ readonly real: bigint; readonly model: bigint }> {
    const real = await chainClient(this.#chain).getBalance({ address });
    return { real, model: this.#state.account(address).balance };
  }

  async #call(to: Address, data: Hex, blockNumber: bigint): Promise<Hex> {
    try {
      return (await chainClient(this.#chain).call({ to, data, blockNumber })).data ?? "0x";
    } catch (cause) {
      return this.#revertOf(cause);
    }
  }

  #view(message: Message): Hex {
    try {
      return receive(this.#environment(this.#state.fork(), funded(0).address), message);
    } catch (cause) {
      if (cause instanceof Revert) return cause.data;
      throw cause;
    }
  }

  async #onReal({ sender, message, time }: Step): Promise<Effect> {
    const client = chainClient(this.#chain, funded(sender));
    await client.setNextBlockTimestamp({ timestamp: time });
    try {
      const hash = await client.sendTransaction({ ...message, gas: GAS });
      const receipt = await client.waitForTransactionReceipt({ hash });
      if (receipt.status !== "success") return fail("a revert that the node did not tell");
      const logs = receipt.logs.map(({ address, topics, data }) => ({ address, topics, data }));
      return { kind: "done", logs: logs.map(plain) };
    } catch (cause) {
      return { kind: "reverted", data: this.#revertOf(cause) };
    }
  }

  #onModel({ sender, message }: Step): Effect {
    const draft = this.#state.fork();
    const env = this.#environment(draft, funded(sender).address);
    try {
      receive(env, message);
    } catch (cause) {
      if (!(cause instanceof Revert)) throw cause;
      return { kind: "reverted", data: cause.data };
    }
    this.#state = draft;
    return { kind: "done", logs: env.logs.map(plain) };
  }

  #environment(state: ChainState, sender: Address): Environment {
    const { committeeRegistry, decisionRegistry } = this.contracts;
    return { chainId: 31_337n, committeeRegistry, decisionRegistry, state, logs: [], sender, time: this.#time };
  }

  #revertOf(cause: unknown): Hex {
    const holder = cause instanceof BaseError ? cause.walk((inner) => revertData(inner) !== undefined) : undefined;
    const data = revertData(holder);
    if (data === undefined) throw cause;
    return data;
  }
}

function plain({ address, topics, data }: EmittedLog): EmittedLog {
  return { address: address.toLowerCase() as Address, topics, data };
}

/** Calldata of the contracts' functions. */
export const calldata = {
  committee: (functionName: string, args: readonly unknown[]) =>
    encodeFunctionData({ abi: committeeRegistryAbi, functionName, args } as never),
  decision: (functionName: string, args: readonly unknown[]) =>
    encodeFunctionData({ abi: decisionRegistryAbi, functionName, args } as never),
  vault: (functionName: string, args: readonly unknown[]) =>
    encodeFunctionData({ abi: agentVaultAbi, functionName, args } as never),
};

/** A 32-byte word that follows from a text. */
export function wordOf(text: string): Hex {
  return keccak256(`0x${Buffer.from(text).toString("hex")}`);
}
