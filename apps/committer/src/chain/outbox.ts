import type { Alarms } from "../alarms.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Account, Intent } from "./account.ts";

/** A relayed transaction whose outcome is open. */
type Pending = { readonly nonce: number; readonly raw: `0x${string}`; sinceBlock: bigint; readonly feeWei: bigint };

/** What the outbox needs. */
export type OutboxOptions = {
  readonly account: Account;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Nonces that journaled transactions hold. */
  readonly reservedNonces: () => Iterable<number>;
  /** After how many head blocks an unmined relay is offered again with a higher fee. */
  readonly stuckBlocks: bigint;
};

/**
 * The one place that gives out nonces of the committer's account: one at a time, the lowest free one first, so that no
 * gap can block what comes later. It also relays what needs no journal, because repeating it is harmless: confirming
 * and activating an epoch.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #refusedAt = new Map<string, bigint>();
  #turn: Promise<unknown> = Promise.resolve();
  #minedNonce = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** The chain's next nonce as last seen. */
  get minedNonce(): number {
    return this.#minedNonce;
  }

  /**
   * Runs `work` alone with the lowest free nonce. `work` must have journaled the nonce, or kept it here, before it
   * returns if it uses it.
   */
  withNonce<Result>(work: (nonce: number) => Promise<Result>): Promise<Result> {
    const run = async () => {
      this.#minedNonce = await this.#options.account.minedNonce();
      return work(this.#lowestFree());
    };
    const result = this.#turn.then(run, run);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /**
   * Sends an intent that may safely be sent more than once, unless one under the same key is on its way or it was
   * refused in this very block.
   */
  async relay(key: string, intent: Intent, headBlock: bigint): Promise<void> {
    if (this.#pending.has(key) || this.#refusedAt.get(key) === headBlock) return;
    await this.withNonce(async (nonce) => {
      if (!this.#pending.has(key)) await this.#prepareAndSend(key, intent, nonce, headBlock);
    });
  }

  /** Looks after what is on its way: forgets what is mined, offers again what is stuck. Called once per block. */
  async tend(headBlock: bigint): Promise<void> {
    this.#minedNonce = await this.#options.account.minedNonce();
    for (const [key, pending] of this.#pending) {
      if (pending.nonce < this.#minedNonce) this.#pending.delete(key);
      else if (headBlock - pending.sinceBlock >= this.#options.stuckBlocks) await this.#sendAgain(pending, headBlock);
    }
    await this.#fillGap(headBlock);
  }

  /** A journaled nonce above the next one can never be mined while a lower one is free: spend it on nothing. */
  async #fillGap(headBlock: bigint): Promise<void> {
    const free = this.#lowestFree();
    const isGap = [...this.#options.reservedNonces()].some((nonce) => nonce > free);
    if (isGap) await this.relay(`gap:${free}`, { to: this.#options.account.address, data: "0x" }, headBlock);
  }

  #lowestFree(): number {
    const taken = new Set([
      ...this.#options.reservedNonces(),
      ...[...this.#pending.values()].map(({ nonce }) => nonce),
    ]);
    let nonce = this.#minedNonce;
    while (taken.has(nonce)) nonce += 1;
    return nonce;
  }

  async #prepareAndSend(key: string, intent: Intent, nonce: number, headBlock: bigint): Promise<void> {
    const { account, alarms, metrics, log } = this.#options;
    const prepared = await account.prepare(intent, nonce);
    if (prepared.kind !== "prepared") {
      this.#refusedAt.set(key, headBlock);
      if (prepared.kind === "noGasMoney") alarms.raise("outOfGasMoney", prepared.reason);
      log.info("relay refused", { action: key, kind: prepared.kind, reason: prepared.reason });
      return;
    }
    const { raw, hash, maxFeePerGasWei } = prepared.transaction;
    this.#pending.set(key, { nonce, raw, sinceBlock: headBlock, feeWei: maxFeePerGasWei });
    alarms.clear("outOfGasMoney");
    const sending = await account.send(raw);
    metrics.transactions.inc({ outcome: sending.kind });
    log.info("relayed", { action: key, nonce, transactionHash: hash, kind: sending.kind });
    if (sending.kind === "failed") this.#pending.delete(key);
  }

  async #sendAgain(pending: Pending, headBlock: bigint): Promise<void> {
    pending.sinceBlock = headBlock;
    await this.#options.account.send(pending.raw);
  }
}
