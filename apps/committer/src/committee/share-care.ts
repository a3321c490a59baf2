import { epochKey } from "@synod/core";
import type { KeepOrder } from "../sessions/messages.ts";
import type { CeremonyContext } from "./context.ts";
import type { EpochEntry } from "./epoch-book.ts";
import { switchMaterial } from "./handover.ts";
import { ownerOf } from "./protocol-domain.ts";

/**
 * What one epoch's stored share goes through: it is opened, or made one that signs once that is proved; when the epoch
 * is active it ends the shares whose key it took over; when it can never be active it is destroyed.
 */
export class ShareCare {
  readonly #context: CeremonyContext;
  readonly #begun = new Set<string>();
  #isUsable: boolean | undefined;
  #isRestored = false;

  constructor(context: CeremonyContext) {
    this.#context = context;
  }

  /** Whether the share is open and signs; `undefined` while that is not known. */
  get isUsable(): boolean | undefined {
    return this.#isUsable;
  }

  /** Whether presignatures can be made with the share: it is open, and did not come out of a backup. */
  get signs(): boolean {
    return this.#isUsable === true && !this.#isRestored;
  }

  /**
   * Opens the share, once, so that a damaged file is found now and the first signature is not late. A share of a key
   * that was taken over is not opened before the proof is known.
   */
  open(entry: EpochEntry): void {
    const owner = this.#owner(entry);
    const proof = switchMaterial(entry);
    const order: KeepOrder = proof === undefined ? { kind: "warm", ...owner } : { kind: "activate", ...owner, proof };
    if (!isUnproved(entry)) void this.#once(entry, order);
  }

  /** The epoch is active: the shares of earlier epochs of the same key are destroyed, if the own one can be used. */
  retireOthers(entry: EpochEntry): void {
    const { book } = this.#context;
    const proof = switchMaterial(entry);
    if (proof === undefined || this.#isUsable !== true) return;
    for (const old of book.entries()) {
      const isOld = old.committeeId === entry.committeeId && old.epoch < entry.epoch && old.share !== undefined;
      const isSameKey = old.facts?.status === "retired" && old.facts.groupAddress === entry.facts?.groupAddress;
      const order = { kind: "retire", ...this.#owner(old), successor: this.#owner(entry), proof } as const;
      if (isOld && isSameKey) void this.#once(old, order);
    }
  }

  /** Nothing can make the epoch's share sign any more, or others have taken its key over. */
  destroy(entry: EpochEntry): void {
    if (entry.share !== undefined) void this.#once(entry, { kind: "destroy", ...this.#owner(entry) });
  }

  #noteRestored({ share }: KeepOrder): void {
    this.#isRestored = true;
    const what = `the share ${share.name} came back from a backup and signs nothing`;
    this.#context.alarms.raise("shareRestored", `${what}; have new shares made`);
  }

  #owner(entry: EpochEntry) {
    return ownerOf(this.#context.chainId, this.#context.committeeRegistry, entry);
  }

  async #once(entry: EpochEntry, order: KeepOrder): Promise<void> {
    const name = `${order.kind}:${order.share.name}`;
    if (this.#begun.has(name)) return;
    this.#begun.add(name);
    const { host, records, record, alarms, log, wake } = this.#context;
    const { committeeId, epoch } = entry;
    const kept = await host.keep(order);
    const isOver = order.kind === "retire" || order.kind === "destroy";
    if (kept.record !== undefined) records.set(epochKey(committeeId, epoch), kept.record);
    if (!isOver) this.#isUsable = kept.failure === undefined;
    if (kept.isRestored === true) this.#noteRestored(order);
    if (isOver && kept.failure === undefined) {
      record({ kind: "ShareDestroyed", committeeId, epoch });
      log.info("key share destroyed", { committeeId, epoch, kind: order.kind });
    } else if (isOver) log.error("key share not destroyed", { committeeId, epoch, reason: kept.failure });
    else if (kept.failure !== undefined)
      alarms.raise("shareMissing", `the share ${order.share.name} cannot be used: ${kept.failure}`);
    wake();
  }
}

/** Whether this epoch's key comes from another and its shares have not been proved to sign. */
export function isUnproved({ share, proof }: EpochEntry): boolean {
  return share?.handover !== undefined && proof === undefined;
}
