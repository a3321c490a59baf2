import type { PeerId } from "@synod/core";
import { StorageError } from "@synod/storage";
import type { Hex } from "viem";
import { messageOf } from "../failure.ts";
import type { Slot } from "../sessions/frame.ts";
import { shareRef } from "../sessions/share-name.ts";
import type { CeremonyContext } from "./context.ts";
import { type EpochEntry, type EpochFacts, partyOf } from "./epoch-book.ts";
import { confirmIntent } from "./intents.ts";
import { KeygenDriver } from "./keygen-driver.ts";
import { PresignDriver } from "./presign-driver.ts";
import { ProofDriver } from "./proof-driver.ts";
import { domainOf } from "./protocol-domain.ts";

/** Brings one epoch from its proposal to its activation, from this member's side. */
export class Ceremony {
  readonly keygen: KeygenDriver;
  readonly proof: ProofDriver;
  readonly presigning: PresignDriver;
  readonly #context: CeremonyContext;
  readonly #entry: () => EpochEntry;
  #isConfirming = false;
  #isWarm = false;
  #isUsable = false;

  /** @param entry reads the epoch's newest state */
  constructor(context: CeremonyContext, entry: () => EpochEntry) {
    this.#context = context;
    this.#entry = entry;
    this.keygen = new KeygenDriver(context, entry);
    this.proof = new ProofDriver(context, entry());
    this.presigning = new PresignDriver(context, entry());
  }

  /** Does what the epoch's finalised facts ask of this member now. */
  step(): void {
    const entry = this.#entry();
    if (entry.facts === undefined) return;
    switch (entry.facts.status) {
      case "proposed":
        this.#stepProposed({ ...entry, facts: entry.facts });
        break;
      case "confirmed":
        this.keygen.stop();
        if (this.#holdsShare({ ...entry, facts: entry.facts })) this.proof.step({ ...entry, facts: entry.facts });
        break;
      case "active":
        this.keygen.stop();
        this.proof.stop();
        if (this.#holdsShare({ ...entry, facts: entry.facts })) this.#stepActive({ ...entry, facts: entry.facts });
        break;
      case "none":
      case "retired":
      case "abandoned":
        this.#stop();
    }
  }

  /** Whether a peer is a member of the epoch. */
  isMember(peer: PeerId): boolean {
    return this.#entry().members.some((member) => member.peer === peer);
  }

  /** A peer sent a finished proof of possession. */
  onProof(signature: Hex): void {
    const entry = this.#entry();
    if (entry.facts?.status === "confirmed") void this.proof.onSignature({ ...entry, facts: entry.facts }, signature);
  }

  /** A peer has begun a batch of presignatures. */
  onBatch(from: PeerId, slot: Slot): void {
    const entry = this.#entry();
    if (entry.facts?.status === "active" && this.#isUsable)
      this.presigning.onBatch({ ...entry, facts: entry.facts }, from, slot);
  }

  /** Whether a batch of presignatures can no longer begin here. */
  isPastBatch(slot: Slot): boolean {
    return this.presigning.isPast(this.#entry(), slot);
  }

  /** A peer says that its share is durable. */
  onStored(from: PeerId, attempt: number, recordHash: Hex): void {
    this.keygen.onStored(from, attempt, recordHash);
  }

  #stop(): void {
    this.keygen.stop();
    this.proof.stop();
    this.presigning.stop();
  }

  #stepActive(entry: EpochEntry & { readonly facts: EpochFacts }): void {
    if (this.#isUsable) this.presigning.step(entry);
    else this.#warm(entry);
  }

  #stepProposed(entry: EpochEntry & { readonly facts: EpochFacts }): void {
    if (entry.facts.confirmations === 0n && !entry.isConfirmed) this.keygen.step();
    else if (!this.#holdsShare(entry)) return;
    const isRecorded = ((entry.facts.confirmations >> BigInt(entry.self)) & 1n) === 1n;
    const isAgreed = entry.isConfirmed || entry.facts.confirmations !== 0n || this.keygen.isStoredByAll();
    if (!isRecorded && isAgreed) void this.#confirm();
  }

  /** Whether the share here is the one the chain knows. If not, nobody but a new epoch can help. */
  #holdsShare({ share, facts, committeeId, epoch }: EpochEntry & { readonly facts: EpochFacts }): boolean {
    if (facts.confirmations === 0n) return share !== undefined;
    if (share?.recordHash === facts.recordHash) return true;
    const of = `committee ${committeeId} epoch ${epoch}`;
    if (share === undefined)
      this.#context.alarms.raise(
        "shareMissing",
        `the share of ${of} that the chain confirms is not here; propose a new epoch`,
      );
    else
      this.#context.alarms.raise(
        "recordMismatch",
        `the chain confirms record ${facts.recordHash} for ${of}, the share here belongs to ${share.recordHash}`,
      );
    return false;
  }

  /** Opens the share once, so that a damaged file is found now and the first signature is not late. */
  #warm(entry: EpochEntry): void {
    if (this.#isWarm) return;
    this.#isWarm = true;
    const { host, chainId, committeeRegistry, alarms, wake } = this.#context;
    const { committeeId, epoch, self } = entry;
    const domain = domainOf(chainId, committeeRegistry, entry);
    const share = shareRef(committeeId, epoch, self);
    void host.warm({ kind: "warm", domain, self: partyOf(self), share }).then((failure) => {
      if (failure !== undefined) alarms.raise("shareMissing", `the share ${share.name} cannot be used: ${failure}`);
      this.#isUsable = failure === undefined;
      wake();
    });
  }

  async #confirm(): Promise<void> {
    if (this.#isConfirming) return;
    this.#isConfirming = true;
    try {
      await this.#signAndRelay(this.#entry());
    } catch (cause) {
      if (cause instanceof StorageError) throw cause;
      this.#context.log.warn("confirmation could not be relayed", { reason: messageOf(cause) });
    } finally {
      this.#isConfirming = false;
    }
  }

  async #signAndRelay(entry: EpochEntry): Promise<void> {
    const { chainId, committeeRegistry, identity, record, outbox, moment } = this.#context;
    const { committeeId, epoch, membersHash, minSigners, quorum, share } = entry;
    if (share === undefined) return;
    const { groupKeyX, groupKeyY, recordHash } = share;
    const message = { committeeId, epoch, membersHash, minSigners, quorum, groupKeyX, groupKeyY, recordHash };
    const place = { chainId, committeeRegistry };
    if (!entry.isConfirmed) record({ kind: "EpochConfirmationSigned", committeeId, epoch, recordHash });
    const signature = await identity.sign({ kind: "epochConfirmation", place, message });
    const intent = confirmIntent(committeeRegistry, entry, share, signature);
    const { head, finalised } = moment();
    const at = { head: head.number, finalised: finalised.number };
    await outbox.relay(`confirm:${committeeId}:${epoch}`, intent, at);
  }
}
