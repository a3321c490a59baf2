import type { Hex } from "viem";
import type { Alarms } from "../alarms.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Account, Intent } from "./account.ts";

/** A relayed transaction whose outcome is open. */
type Pending = { readonly nonce: number; readonly raw: Hex; readonly sinceBlock: bigint };

/** Numbers of the newest and of the newest finalised block. */
export type RelayMoment = { readonly head: bigint; readonly finalised: bigint };

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
  /** Finalised block at which a relay was refused or mined: until the next one its outcome cannot be known. */
  readonly #settledAt = new Map<string, bigint>();
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
   * Sends an intent that may safely be sent more than once, unless one under the same key is on its way, or was mined
   * or refused since the finalised block: what became of it must be final before it is judged.
   */
  async relay(key: string, intent: Intent, at: RelayMoment): Promise<void> {
    if (!this.#isOpen(key, at)) return;
    await this.withNonce(async (nonce) => {
      if (this.#isOpen(key, at)) await this.#prepareAndSend(key, intent, nonce, at);
    });
  }

  /** Looks after what is on its way: forgets what is mined, offers again what is stuck. Called once per block. */
  async tend(at: RelayMoment): Promise<void> {
    this.#minedNonce = await this.#options.account.minedNonce();
    for (const [key, pending] of this.#pending) {
      if (pending.nonce < this.#minedNonce) this.#settle(key, at);
      else if (at.head - pending.sinceBlock >= this.#options.stuckBlocks) await this.#raise(key, pending, at.head);
    }
    await this.#fillGap(at);
  }

  #isOpen(key: string, { finalised }: RelayMoment): boolean {
    const settledAt = this.#settledAt.get(key);
    return !this.#pending.has(key) && (settledAt === undefined || settledAt < finalised);
  }

  /** Mined or refused at the head: it is judged anew when a block after the head is final. */
  #settle(key: string, { head }: RelayMoment): void {
    this.#pending.delete(key);
    this.#settledAt.set(key, head);
  }

  /** A journaled nonce above the next one can never be mined while a lower one is free: spend it on nothing. */
  async #fillGap(at: RelayMoment): Promise<void> {
    const free = this.#lowestFree();
    const isGap = [...this.#options.reservedNonces()].some((nonce) => nonce > free);
    if (isGap) await this.relay(`gap:${free}`, { to: this.#options.account.address, data: "0x" }, at);
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

  async #prepareAndSend(key: string, intent: Intent, nonce: number, at: RelayMoment): Promise<void> {
    const { account, alarms, metrics, log } = this.#options;
    const prepared = await account.prepare(intent, nonce);
    if (prepared.kind !== "prepared") {
      this.#settle(key, at);
      if (prepared.kind === "noGasMoney") alarms.raise("outOfGasMoney", prepared.reason);
      if (prepared.kind === "feeCapped") alarms.raise("feeAboveCap", prepared.reason);
      log.debug("relay refused", { action: key, kind: prepared.kind, reason: prepared.reason });
      return;
    }
    const { raw, hash } = prepared.transaction;
    this.#pending.set(key, { nonce, raw, sinceBlock: at.head });
    alarms.clear("outOfGasMoney");
    alarms.clear("feeAboveCap");
    const sending = await account.send(raw);
    metrics.transactions.inc({ outcome: sending.kind });
    log.info("relayed", { action: key, nonce, transactionHash: hash, kind: sending.kind });
    if (sending.kind === "failed") this.#pending.delete(key);
  }

  /** Offers more for the same; at the fee cap, or without the coin for it, what was offered before. */
  async #raise(key: string, { nonce, raw }: Pending, sinceBlock: bigint): Promise<void> {
    const { account } = this.#options;
    const prepared = await account.replace(raw);
    const newest = prepared.kind === "prepared" ? prepared.transaction.raw : raw;
    this.#pending.set(key, { nonce, raw: newest, sinceBlock });
    const sending = await account.send(newest);
    if (sending.kind === "failed" && newest !== raw) await account.send(raw);
  }
}
