// A chain reduced to what matters to committers: blocks of submissions and transactions, finality, reorganisations.
import type { Hex } from "viem";
import type { BlockRef, Decision, DecisionId, TransactionPurpose } from "../../src/index.ts";
import { word } from "../builders.ts";

export const FINALITY_DEPTH = 2;
export const VETO_WINDOW = 30n;
const SECONDS_PER_BLOCK = 10n;

export interface ModelTransaction {
  readonly from: number;
  readonly nonce: number;
  readonly hash: Hex;
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
}

interface ModelBlock {
  readonly ref: BlockRef;
  readonly time: bigint;
  readonly submissions: readonly Decision[];
  readonly transactions: readonly (ModelTransaction & { readonly succeeded: boolean })[];
}

export interface Result {
  readonly readyAt: bigint;
  readonly block: BlockRef;
}

export class ModelChain {
  blocks: readonly ModelBlock[] = [];
  readonly #mempool = new Map<Hex, ModelTransaction>();
  #pendingSubmissions: readonly Decision[] = [];
  #forks = 0;

  constructor() {
    for (let index = 0; index <= FINALITY_DEPTH; index += 1) this.mine();
  }

  submit(decision: Decision): void {
    this.#pendingSubmissions = [...this.#pendingSubmissions, decision];
  }

  send(transaction: ModelTransaction): void {
    this.#mempool.set(transaction.hash, transaction);
  }

  get head(): ModelBlock {
    const block = this.blocks.at(-1);
    if (block === undefined) throw new RangeError("the model chain has no block");
    return block;
  }

  get finalisedNumber(): number {
    return Math.max(0, this.blocks.length - 1 - FINALITY_DEPTH);
  }

  mine(): void {
    const number = BigInt(this.blocks.length);
    const ref = { number, hash: word(`block ${number} of fork ${this.#forks}`) };
    const submissions = this.#pendingSubmissions;
    this.#pendingSubmissions = [];
    this.blocks = [...this.blocks, { ref, time: number * SECONDS_PER_BLOCK, submissions, transactions: [] }];
    for (const transaction of [...this.#mempool.values()].sort((a, b) => a.nonce - b.nonce)) this.#include(transaction);
  }

  /** Drops all blocks that are not final; what was in them waits to be mined again. */
  reorganise(): void {
    this.#forks += 1;
    const dropped = this.blocks.slice(this.finalisedNumber + 1);
    this.blocks = this.blocks.slice(0, this.finalisedNumber + 1);
    for (const block of dropped) {
      this.#pendingSubmissions = [...this.#pendingSubmissions, ...block.submissions];
      for (const transaction of block.transactions) this.send(transaction);
    }
    for (const _ of dropped) this.mine();
  }

  minedNonce(from: number): number {
    return this.#mined(this.blocks).filter((transaction) => transaction.from === from).length;
  }

  /** The first success of a purpose in the given blocks, all by default. */
  success(purpose: TransactionPurpose, decisionId: DecisionId, blocks = this.blocks): ModelBlock | undefined {
    return blocks.find(({ transactions }) =>
      transactions.some((each) => each.purpose === purpose && each.decisionId === decisionId && each.succeeded),
    );
  }

  successes(purpose: TransactionPurpose, decisionId: DecisionId): number {
    const all = this.#mined(this.blocks);
    return all.filter((each) => each.purpose === purpose && each.decisionId === decisionId && each.succeeded).length;
  }

  result(decisionId: DecisionId, blocks = this.blocks): Result | undefined {
    const block = this.success("postResult", decisionId, blocks);
    return block === undefined ? undefined : { readyAt: block.time + VETO_WINDOW, block: block.ref };
  }

  finalisedBlocks(): readonly ModelBlock[] {
    return this.blocks.slice(0, this.finalisedNumber + 1);
  }

  /** Whether a hash is in a final block, and how it went. */
  finalOutcome(hash: Hex): { readonly succeeded: boolean } | undefined {
    return this.#mined(this.finalisedBlocks()).find((transaction) => transaction.hash === hash);
  }

  #mined(blocks: readonly ModelBlock[]) {
    return blocks.flatMap(({ transactions }) => transactions);
  }

  #include(transaction: ModelTransaction): void {
    if (transaction.nonce !== this.minedNonce(transaction.from)) return;
    const { head } = this;
    const succeeded = this.#wouldSucceed(transaction);
    const transactions = [...head.transactions, { ...transaction, succeeded }];
    this.blocks = [...this.blocks.slice(0, -1), { ...head, transactions }];
    this.#mempool.delete(transaction.hash);
  }

  #wouldSucceed({ purpose, decisionId }: ModelTransaction): boolean {
    const decision = this.blocks.flatMap(({ submissions }) => submissions).find(({ id }) => id === decisionId);
    if (decision === undefined || this.head.time > decision.deadline) return false;
    const result = this.result(decisionId);
    if (purpose === "postResult") return result === undefined;
    const isReady = result !== undefined && this.head.time >= result.readyAt;
    return isReady && this.success("execute", decisionId) === undefined;
  }
}
