import type { BlockRef } from "@synod/core";
import type { Alarms } from "../alarms.ts";
import type { Metrics } from "../metrics.ts";
import type { RegistryEvent } from "./logs.ts";
import type { Block } from "./providers/newest-block.ts";
import type { ChainReader } from "./reader.ts";

/** Finalised blocks whose events are handed over in one piece, and journaled in one transaction. */
const BATCH_BLOCKS = 1_000n;

/** The chain as one tick saw it. */
export type ChainMoment = {
  readonly head: Block;
  /** The newest finalised block; every event up to it has been handed over. */
  readonly finalised: Block;
  readonly finality: "advancing" | "stalled";
  /** Events above the finalised block: good for patience, never for action. */
  readonly unfinalised: readonly RegistryEvent[];
};

/**
 * The newest block of the providers is older than what was final before, as that of one that lags may be. Facts read
 * there could contradict the journal.
 */
export class ProviderBehindError extends Error {
  override readonly name = "ProviderBehindError";
  readonly code = "providerBehind";

  constructor(head: bigint, processed: bigint) {
    super(`the newest block is said to be ${head}, block ${processed} was final before`);
  }
}

/** What the follower needs. */
export type FollowerOptions = {
  readonly reader: ChainReader;
  /** The last finalised block of which all events are journaled; absent on the first start. */
  readonly processed: BlockRef | undefined;
  /** First block to look at on the first start. */
  readonly startBlock: bigint;
  /** How far the head may run ahead of the finalised tag before finality counts as stalled. */
  readonly stallBlocks: bigint;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  /** Takes the events of finalised blocks up to `to`, in order; they must be durable when it returns. */
  readonly onFinalised: (events: readonly RegistryEvent[], to: BlockRef) => void;
};

/**
 * Follows the finalised chain: hands over every registry event exactly once, in order, however long it was away. It
 * acts on finalised blocks alone, so a reorganisation before finality does not concern it; one after finality stops it
 * with an alarm.
 */
export class ChainFollower {
  readonly #options: FollowerOptions;
  #processed: BlockRef | undefined;
  #moment: ChainMoment | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#processed = options.processed;
  }

  /** What the last successful tick saw. */
  get moment(): ChainMoment | undefined {
    return this.#moment;
  }

  /** The newest finalised block of which all events were handed over. */
  get processed(): BlockRef | undefined {
    return this.#processed;
  }

  /**
   * Catches up with the chain once. `undefined`: a finalised block changed, the alarm stands, nothing was handed over.
   * Errors: the reader's, and {@link ProviderBehindError}; nothing is lost, the next tick goes on from there.
   */
  async tick(): Promise<ChainMoment | undefined> {
    const { reader } = this.#options;
    const newest = await reader.head();
    const finalised = await this.#finalised(newest);
    const head = newest.number < finalised.number ? finalised : newest;
    if (!(await this.#isSameChain(finalised))) return undefined;
    await this.#catchUp(finalised);
    const unfinalised = await this.#above(finalised, head);
    this.#moment = { head, finalised, finality: this.#finality(head, finalised), unfinalised };
    return this.#moment;
  }

  /** The newest final block. When those who answered first lag this time, what was final before still is. */
  async #finalised(head: Block): Promise<Block> {
    const { reader } = this.#options;
    const finalised = await reader.finalised(head);
    const processed = this.#processed?.number;
    if (processed === undefined || finalised.number >= processed) return finalised;
    if (head.number < processed) throw new ProviderBehindError(head.number, processed);
    return reader.block(processed);
  }

  async #isSameChain(finalised: Block): Promise<boolean> {
    const processed = this.#processed;
    if (processed === undefined) return true;
    const now = finalised.number === processed.number ? finalised : await this.#options.reader.block(processed.number);
    if (now.hash === processed.hash) return true;
    this.#options.alarms.raise(
      "finalisedBlockChanged",
      `block ${processed.number} was final with hash ${processed.hash} and now has ${now.hash}; a person must decide`,
    );
    return false;
  }

  async #catchUp(finalised: Block): Promise<void> {
    const { reader, startBlock, onFinalised, metrics } = this.#options;
    let next = this.#processed === undefined ? startBlock : this.#processed.number + 1n;
    while (next <= finalised.number) {
      metrics.chainLag.set(Number(finalised.number - next) + 1);
      const last = next + BATCH_BLOCKS - 1n < finalised.number ? next + BATCH_BLOCKS - 1n : finalised.number;
      const events = await reader.events(next, last);
      const to = last === finalised.number ? finalised : await reader.block(last);
      onFinalised(events, { number: to.number, hash: to.hash });
      this.#processed = { number: to.number, hash: to.hash };
      next = last + 1n;
    }
    metrics.chainLag.set(0);
    metrics.finalisedBlock.set(Number(finalised.number));
  }

  async #above(finalised: Block, head: Block): Promise<readonly RegistryEvent[]> {
    if (head.number <= finalised.number) return [];
    if (this.#moment?.head.hash === head.hash && this.#moment.finalised.hash === finalised.hash)
      return this.#moment.unfinalised;
    return this.#options.reader.unfinalisedEvents(finalised.number + 1n, head.number);
  }

  #finality(head: Block, finalised: Block): "advancing" | "stalled" {
    const { stallBlocks, alarms } = this.#options;
    const ahead = head.number - finalised.number;
    if (ahead <= stallBlocks) {
      alarms.clear("finalityStalled");
      return "advancing";
    }
    alarms.raise("finalityStalled", `the head is ${ahead} blocks past the finalised block; signing is paused`);
    return "stalled";
  }
}
