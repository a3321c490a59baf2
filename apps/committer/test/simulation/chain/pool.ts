import type { Address, Hex } from "viem";
import type { Message } from "./contracts.ts";
import type { ChainState } from "./state.ts";

const REPLACEMENT_PERCENT = 110n;

/** A transaction that waits or is mined. */
export type PoolEntry = {
  readonly hash: Hex;
  readonly sender: Address;
  readonly nonce: number;
  readonly message: Message;
  readonly gas: bigint;
  readonly maxFeePerGas: bigint;
  /** Most that the miner is given per gas, in wei. */
  readonly tip: bigint;
};

/** Why the pool does not take a transaction, in the words of the common nodes; `undefined`: it does. */
export type Refusal =
  | "already known"
  | "nonce too low"
  | "replacement transaction underpriced"
  | "insufficient funds for gas * price + value";

/** What a block may take from the pool. */
export type TakeTerms = {
  /** State before the block's transactions. */
  readonly state: ChainState;
  readonly baseFee: bigint;
  readonly most: number;
  readonly isIncluded: (entry: PoolEntry) => boolean;
};

function slotOf({ sender, nonce }: PoolEntry): string {
  return `${sender.toLowerCase()}/${nonce}`;
}

/** The transactions that wait: one for each nonce of each account. */
export class Pool {
  readonly #waiting: Map<string, PoolEntry>;

  constructor(waiting: ReadonlyMap<string, PoolEntry> = new Map()) {
    this.#waiting = new Map(waiting);
  }

  /** A pool with the same content that goes on on its own. */
  fork(): Pool {
    return new Pool(this.#waiting);
  }

  /** All that wait, oldest first. */
  entries(): readonly PoolEntry[] {
    return [...this.#waiting.values()];
  }

  /** Takes a transaction up, or says why not. @param state after the newest block */
  offer(entry: PoolEntry, state: ChainState): Refusal | undefined {
    const { nonce, balance } = state.account(entry.sender);
    if (entry.nonce < nonce) return "nonce too low";
    const known = this.#waiting.get(slotOf(entry));
    if (known?.hash === entry.hash) return "already known";
    if (balance < entry.gas * entry.maxFeePerGas + entry.message.value)
      return "insufficient funds for gas * price + value";
    if (known !== undefined && !isBetter(entry, known)) return "replacement transaction underpriced";
    this.#waiting.set(slotOf(entry), entry);
    return undefined;
  }

  /** A block that held this was replaced. */
  putBack(entry: PoolEntry): void {
    if (!this.#waiting.has(slotOf(entry))) this.#waiting.set(slotOf(entry), entry);
  }

  /** Forgets a transaction, as a node does that restarts or is full. */
  drop(hash: Hex): void {
    for (const [slot, entry] of this.#waiting) if (entry.hash === hash) this.#waiting.delete(slot);
  }

  /** Removes and returns what a block takes, in the order in which it can run: best tip first, nonces in their order. */
  take({ state, baseFee, most, isIncluded }: TakeTerms): readonly PoolEntry[] {
    const taken: PoolEntry[] = [];
    const due = (sender: Address) => next.get(sender) ?? state.account(sender).nonce;
    const next = new Map<string, number>();
    const candidates = this.entries()
      .filter((entry) => entry.maxFeePerGas >= baseFee && isIncluded(entry))
      .toSorted((a, b) => Number(b.tip - a.tip) || a.nonce - b.nonce);
    while (taken.length < most) {
      const position = candidates.findIndex(({ sender, nonce }) => nonce === due(sender));
      const [entry] = position < 0 ? [] : candidates.splice(position, 1);
      if (entry === undefined) break;
      taken.push(entry);
      next.set(entry.sender, entry.nonce + 1);
    }
    this.#forgetUsed(state, next);
    return taken;
  }

  #forgetUsed(state: ChainState, next: ReadonlyMap<string, number>): void {
    for (const [slot, { sender, nonce }] of this.#waiting)
      if (nonce < (next.get(sender) ?? state.account(sender).nonce)) this.#waiting.delete(slot);
  }
}

function isBetter(entry: PoolEntry, known: PoolEntry): boolean {
  const least = (wei: bigint) => (wei * REPLACEMENT_PERCENT + 99n) / 100n;
  return entry.maxFeePerGas >= least(known.maxFeePerGas) && entry.tip >= least(known.tip);
}
