import type { MemberView, PeerId } from "@synod/core";
import type { Hash } from "viem";
import type { Alarms } from "../alarms.ts";
import { NoAgreementError } from "./providers/no-agreement.ts";
import type { ChainReader } from "./reader.ts";

/** A final block as a committer sees it. */
export type ChainView = { readonly number: bigint; readonly hash: Hash };

type Difference = ChainView & { readonly here: Hash };

/** Hashes of own final blocks that are remembered; older ones are read again when a peer names them. */
const REMEMBERED = 256;

/** Digits of a hash or key in a message. */
const SHOWN = 12;

/** What comparing needs. */
export type PeerViewsOptions = {
  readonly reader: Pick<ChainReader, "block">;
  readonly alarms: Pick<Alarms, "raise" | "clear">;
};

/**
 * How many of an epoch's other members must see another chain before nothing is signed for it: more than may lie
 * (f of n ≥ 3f + 1), so that an honest one is among them, and never one alone.
 * @param count members of the epoch, self included
 */
export function contestingMembers(count: number): number {
  return Math.max(2, Math.floor((count - 1) / 3) + 1);
}

/**
 * Compares the final blocks that peers say they act on with the own chain. A peer proves nothing with what it says, so
 * it is believed only to the extent that {@link contestingMembers} has it. Of each peer two views are kept at most: one
 * that waits for the own chain to get there, and its newest.
 */
export class PeerViews {
  readonly #options: PeerViewsOptions;
  readonly #own = new Map<bigint, Hash>();
  readonly #waiting = new Map<PeerId, ChainView>();
  readonly #newest = new Map<PeerId, ChainView>();
  readonly #different = new Map<PeerId, Difference>();

  constructor(options: PeerViewsOptions) {
    this.#options = options;
  }

  /** A peer's view. Whoever is no peer is dropped at the next comparison. */
  onView(from: PeerId, { number, hash }: ChainView): void {
    const slot = this.#waiting.has(from) ? this.#newest : this.#waiting;
    slot.set(from, { number, hash });
  }

  /**
   * Compares what peers said with the own final blocks up to `finalised`; one block is read for each peer at most.
   * Side effects: the alarm names the peers that differ, and ends when none does any more.
   */
  async compare(finalised: ChainView, peers: ReadonlySet<PeerId>): Promise<void> {
    this.#remember(finalised);
    for (const slot of [this.#waiting, this.#newest, this.#different])
      for (const peer of slot.keys()) if (!peers.has(peer)) slot.delete(peer);
    const due = [...this.#waiting].filter(([, { number }]) => number <= finalised.number);
    await Promise.all(due.map(([peer, view]) => this.#judge(peer, view)));
    this.#show();
  }

  /** Whether so many of an epoch's members see another chain that nothing may be signed for it. */
  isContested(members: readonly MemberView[]): boolean {
    const different = members.filter(({ peer }) => this.#different.has(peer)).length;
    return different >= contestingMembers(members.length);
  }

  #remember({ number, hash }: ChainView): void {
    this.#own.set(number, hash);
    const [oldest] = this.#own.keys();
    if (this.#own.size > REMEMBERED && oldest !== undefined) this.#own.delete(oldest);
  }

  async #judge(peer: PeerId, view: ChainView): Promise<void> {
    const here = await this.#hashOf(view.number);
    if (here === undefined) return;
    if (here === view.hash) this.#different.delete(peer);
    else if (!this.#different.has(peer)) this.#different.set(peer, { ...view, here });
    const next = this.#newest.get(peer);
    this.#newest.delete(peer);
    if (next === undefined) this.#waiting.delete(peer);
    else this.#waiting.set(peer, next);
  }

  /** The own hash of a final block; `undefined` while the providers do not agree on it. */
  async #hashOf(number: bigint): Promise<Hash | undefined> {
    try {
      return this.#own.get(number) ?? (await this.#options.reader.block(number)).hash;
    } catch (cause) {
      if (cause instanceof NoAgreementError) return undefined;
      throw cause;
    }
  }

  #show(): void {
    const { alarms } = this.#options;
    const parts = [...this.#different].map(
      ([peer, { number, hash, here }]) =>
        `${peer.slice(0, SHOWN)} has ${hash.slice(0, SHOWN)} as block ${number}, here it is ${here.slice(0, SHOWN)}`,
    );
    if (parts.length === 0) alarms.clear("chainViewDiffers");
    else alarms.raise("chainViewDiffers", parts.join("; "));
  }
}
