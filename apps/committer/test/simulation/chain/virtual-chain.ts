import { createHash } from "node:crypto";
import type { Address, Hex } from "viem";
import { hasCode, type Message, receive } from "./contracts.ts";
import { decisionView } from "./decision-registry.ts";
import type { Environment, Places } from "./environment.ts";
import { Pool, type PoolEntry } from "./pool.ts";
import { Revert } from "./revert.ts";
import { ChainState, type EmittedLog } from "./state.ts";

/** What every transaction uses: what gas costs is a matter of other tests. */
export const GAS_USED = 100_000n;

const PLACELESS: Address = "0x0000000000000000000000000000000000000000";
const GWEI = 1_000_000_000n;
const GENESIS_TIME = 1_700_000_000n;
const TRANSACTIONS_PER_BLOCK = 50;

/** A transaction in its block. */
export type MinedTransaction = {
  readonly entry: PoolEntry;
  readonly status: "success" | "reverted";
  /** Name of the error it reverted with. */
  readonly errorName: string | undefined;
};

/** A log in its block. */
export type MinedLog = EmittedLog & { readonly logIndex: number; readonly transactionHash: Hex };

/** One block and what the chain stores after it. */
export type ChainBlock = {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
  /** Seconds. */
  readonly time: bigint;
  readonly baseFee: bigint;
  readonly transactions: readonly MinedTransaction[];
  readonly logs: readonly MinedLog[];
  readonly state: ChainState;
};

/** How the chain behaves. It may be changed at any time. */
export type ChainTerms = Places & {
  /** Seconds from block to block. */
  readonly blockSeconds: bigint;
  /** How far the finalised block lies below the head. */
  finalityBlocks: number;
  /** The finalised block does not move. */
  isStalled: boolean;
  baseFee: bigint;
};

/** What calls at a block were answered: every member's node is asked the same. */
const answersAt = new WeakMap<ChainBlock, Map<string, Hex | Revert>>();

function hashOf(...parts: readonly unknown[]): Hex {
  return `0x${createHash("sha256").update(parts.join("/")).digest("hex")}`;
}

/**
 * A chain in one process: blocks with the state after each, a pool of transactions, reorganisations above the
 * finalised block. Its contracts are the model in this folder.
 */
export class VirtualChain {
  readonly terms: ChainTerms;
  readonly pool: Pool;
  readonly #blocks: ChainBlock[];
  #finalised: number;
  #salt: number;

  private constructor(terms: ChainTerms, pool: Pool, blocks: ChainBlock[], finalised: number, salt: number) {
    this.terms = terms;
    this.pool = pool;
    this.#blocks = blocks;
    this.#finalised = finalised;
    this.#salt = salt;
  }

  /** A chain with one empty block in which the named accounts have coin. */
  static create(terms: ChainTerms, balances: ReadonlyMap<Address, bigint>): VirtualChain {
    const state = new ChainState();
    for (const [address, balance] of balances) state.setAccount(address, { balance, nonce: 0 });
    const hash = hashOf("genesis");
    const genesis = { number: 0n, hash, parentHash: hash, time: GENESIS_TIME, baseFee: GWEI };
    const block: ChainBlock = { ...genesis, transactions: [], logs: [], state };
    return new VirtualChain(terms, new Pool(), [block], 0, 0);
  }

  /** A chain that goes on from here on its own. */
  fork(): VirtualChain {
    return new VirtualChain({ ...this.terms }, this.pool.fork(), [...this.#blocks], this.#finalised, this.#salt);
  }

  get head(): ChainBlock {
    return this.#at(this.#blocks.length - 1);
  }

  get finalised(): ChainBlock {
    return this.#at(this.#finalised);
  }

  /** The canonical block of a number, if there is one. */
  block(number: bigint): ChainBlock | undefined {
    return this.#blocks[Number(number)];
  }

  /** Canonical blocks of the numbers `from … to`, both included. */
  range(from: bigint, to: bigint): readonly ChainBlock[] {
    return this.#blocks.slice(Number(from), Number(to) + 1);
  }

  /** Block and transaction of a hash, if it is mined. */
  mined(hash: Hex): { readonly block: ChainBlock; readonly transaction: MinedTransaction } | undefined {
    for (const block of this.#blocks.toReversed()) {
      const transaction = block.transactions.find(({ entry }) => entry.hash === hash);
      if (transaction !== undefined) return { block, transaction };
    }
    return undefined;
  }

  /** Whether there is code at an address, as of a block. */
  hasCode(address: Address, block: ChainBlock): boolean {
    return hasCode(this.#environment(block.state, address, block.time), address);
  }

  /**
   * Runs a message on the state after a block, and forgets what it changed.
   * Errors: `Revert`.
   */
  call(sender: Address, message: Message, block: ChainBlock): Hex {
    const answers = answersAt.get(block) ?? new Map<string, Hex | Revert>();
    answersAt.set(block, answers);
    const key = `${sender}/${message.to}/${message.value}/${message.data}`;
    const answer = answers.get(key) ?? this.#answer(sender, message, block);
    answers.set(key, answer);
    if (answer instanceof Revert) throw answer;
    return answer;
  }

  /** A decision's state, as the registry numbers it, after a block and at its time. Errors: `Revert`. */
  stateOf(decisionId: Hex, block: ChainBlock): number {
    return decisionView(this.#environment(block.state, PLACELESS, block.time), decisionId).state;
  }

  /** Mines what the pool offers for the present fee, and moves finality. */
  mine(isIncluded: (entry: PoolEntry) => boolean = () => true): ChainBlock {
    const parent = this.head;
    const state = parent.state.fork();
    const time = parent.time + this.terms.blockSeconds;
    const transactions: MinedTransaction[] = [];
    const logs: MinedLog[] = [];
    const taken = this.pool.take({ state, baseFee: this.terms.baseFee, most: TRANSACTIONS_PER_BLOCK, isIncluded });
    for (const entry of taken) transactions.push(this.#run(entry, state, time, logs));
    const number = parent.number + 1n;
    const names = transactions.map(({ entry }) => entry.hash);
    const hash = hashOf(number, parent.hash, this.#salt, this.terms.baseFee, ...names);
    const { baseFee } = this.terms;
    const block = { number, hash, parentHash: parent.hash, time, baseFee, transactions, logs, state };
    this.#blocks.push(block);
    if (!this.terms.isStalled) this.#finalised = Math.max(this.#finalised, Number(number) - this.terms.finalityBlocks);
    return block;
  }

  /**
   * Replaces the newest blocks by as many and one more. Their transactions go back to the pool first.
   * @param depth at most as many as lie above the finalised block
   * @param isIncluded which transactions the new blocks take
   * @returns how many blocks were replaced
   */
  reorganise(depth: number, isIncluded?: (entry: PoolEntry) => boolean): number {
    const replaced = Math.min(depth, this.#blocks.length - 1 - this.#finalised);
    if (replaced === 0) return 0;
    const removed = this.#blocks.splice(this.#blocks.length - replaced);
    for (const { transactions } of removed) for (const { entry } of transactions) this.pool.putBack(entry);
    this.#salt += 1;
    for (let mined = 0; mined <= replaced; mined += 1) this.mine(isIncluded);
    return replaced;
  }

  /** Changes what the chain stores, outside of any transaction, in the newest block. For setting a scene. */
  amend(change: (state: ChainState) => void): void {
    const head = this.head;
    const state = head.state.fork();
    change(state);
    this.#blocks[this.#blocks.length - 1] = { ...head, state };
  }

  #answer(sender: Address, message: Message, block: ChainBlock): Hex | Revert {
    try {
      return receive(this.#environment(block.state.fork(), sender, block.time), message);
    } catch (cause) {
      if (cause instanceof Revert) return cause;
      throw cause;
    }
  }

  #at(index: number): ChainBlock {
    const block = this.#blocks[index] ?? this.#blocks[0];
    if (block === undefined) throw new RangeError("a chain has its first block");
    return block;
  }

  #environment(state: ChainState, sender: Address, time: bigint): Environment {
    const { chainId, committeeRegistry, decisionRegistry } = this.terms;
    return { chainId, committeeRegistry, decisionRegistry, state, logs: [], sender, time };
  }

  #run(entry: PoolEntry, state: ChainState, time: bigint, logs: MinedLog[]): MinedTransaction {
    const { sender, message, hash } = entry;
    const account = state.account(sender);
    const price =
      entry.maxFeePerGas < this.terms.baseFee + entry.tip ? entry.maxFeePerGas : this.terms.baseFee + entry.tip;
    state.setAccount(sender, { balance: account.balance - GAS_USED * price, nonce: account.nonce + 1 });
    const draft = state.fork();
    const env = this.#environment(draft, sender, time);
    try {
      receive(env, message);
    } catch (cause) {
      if (!(cause instanceof Revert)) throw cause;
      return { entry, status: "reverted", errorName: cause.errorName };
    }
    state.become(draft);
    for (const log of env.logs) logs.push({ ...log, logIndex: logs.length, transactionHash: hash });
    return { entry, status: "success", errorName: undefined };
  }
}
