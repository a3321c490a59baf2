import { epochKey, type PeerId } from "@synod/core";
import { StorageError } from "@synod/storage";
import type { Hex } from "viem";
import { messageOf } from "../failure.ts";
import { encodeFrame, type PeerFrame, type Slot } from "../sessions/frame.ts";
import type { CeremonyContext } from "./context.ts";
import { type EpochEntry, type EpochFacts, otherParties } from "./epoch-book.ts";
import { EpochProposer } from "./epoch-proposer.ts";
import { FIRST_EPOCH, isHandover, KeySource } from "./handover.ts";
import { confirmIntent } from "./intents.ts";
import { KeygenDriver } from "./keygen-driver.ts";
import { PresignDriver } from "./presign-driver.ts";
import { ProofDriver } from "./proof-driver.ts";
import { isUnproved, ShareCare } from "./share-care.ts";

type Known = EpochEntry & { readonly facts: EpochFacts };

/** Brings one epoch from its proposal to its activation, from this member's side. */
export class Ceremony {
  readonly keygen: KeygenDriver;
  readonly proof: ProofDriver;
  readonly presigning: PresignDriver;
  readonly #proposer: EpochProposer;
  readonly #care: ShareCare;
  readonly #source: KeySource;
  readonly #context: CeremonyContext;
  readonly #entry: () => EpochEntry;
  #isConfirming = false;
  #isOver = false;
  #askedAt: bigint | undefined;

  /** @param entry reads the epoch's newest state */
  constructor(context: CeremonyContext, entry: () => EpochEntry) {
    this.#context = context;
    this.#entry = entry;
    this.#proposer = new EpochProposer(context, entry());
    this.#care = new ShareCare(context);
    this.#source = new KeySource(context);
    this.keygen = new KeygenDriver(context, entry, this.#source);
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
        if (this.#holdsShare({ ...entry, facts: entry.facts })) this.#stepConfirmed({ ...entry, facts: entry.facts });
        break;
      case "active":
        this.keygen.stop();
        this.proof.stop();
        if (this.#holdsShare({ ...entry, facts: entry.facts })) this.#stepActive({ ...entry, facts: entry.facts });
        this.#proposer.step({ ...entry, facts: entry.facts });
        break;
      case "retired":
        this.#end(entry);
        break;
      case "none":
        this.#stop();
        break;
      case "abandoned":
        this.#stop();
        this.#care.destroy(entry);
    }
  }

  /** Whether the own share is here and signs; `undefined` while that is not known. */
  get isUsable(): boolean | undefined {
    return this.#care.isUsable;
  }

  /** The members of an epoch that another one took over from have no use for their shares any more. */
  endShare(): void {
    this.#care.destroy(this.#entry());
  }

  /** A peer lacks something that all members may know. */
  onAsk(from: PeerId, { subject }: Extract<PeerFrame, { kind: "ask" }>): void {
    const { proof, committeeId, predecessor } = this.#entry();
    const { transport, records } = this.#context;
    const record = predecessor && records.get(epochKey(committeeId, predecessor.epoch));
    if (subject === this.proof.subject && proof !== undefined)
      transport.send(from, encodeFrame({ kind: "signature", subject, signature: proof }));
    else if (subject === this.keygen.subject && record !== undefined)
      transport.send(from, encodeFrame({ kind: "record", subject, record }));
  }

  /** A peer sent the public record of the epoch before. */
  onRecord(record: Uint8Array): void {
    this.#source.onRecord(this.#entry(), record);
  }

  /** Whether a peer is a member of the epoch. */
  isMember(peer: PeerId): boolean {
    return this.#entry().members.some((member) => member.peer === peer);
  }

  /** A peer sent a finished proof of possession. */
  onProof(signature: Hex): void {
    const entry = this.#entry();
    const isWanted = entry.facts?.status === "confirmed" || (entry.facts?.status === "active" && isUnproved(entry));
    if (entry.facts !== undefined && isWanted) void this.proof.onSignature({ ...entry, facts: entry.facts }, signature);
  }

  /** A peer has begun a batch of presignatures. */
  onBatch(from: PeerId, slot: Slot): void {
    const entry = this.#entry();
    const isLiving = entry.facts?.status === "active" || entry.facts?.status === "confirmed";
    if (entry.facts !== undefined && isLiving && this.#care.signs)
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

  #end(entry: EpochEntry): void {
    this.#stop();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.refreshRequests.settle(entry);
    this.#context.alarms.clear("shareRestored");
  }

  #stop(): void {
    this.keygen.stop();
    this.proof.stop();
    this.presigning.stop();
  }

  /** Shares that have been proved are made ready, and presignatures with them, before the epoch takes over. */
  #stepConfirmed(entry: Known): void {
    this.proof.step(entry, () => this.#isReady(entry));
    if (isUnproved(entry)) this.#askForProof(entry);
    if (entry.share?.handover === undefined || entry.proof === undefined) return;
    if (this.isUsable === true) this.presigning.step(entry);
    else this.#care.open(entry);
  }

  /** Whether the switch would let nobody wait: presignatures are there, and the epoch before has served all. */
  #isReady(entry: Known): boolean {
    const { committeeId, predecessor } = entry;
    if (predecessor === undefined) return true;
    if (this.#context.openDecisions(epochKey(committeeId, predecessor.epoch)) > 0) return false;
    return entry.share?.handover === undefined || (this.isUsable === true && this.presigning.isFull(entry));
  }

  #stepActive(entry: Known): void {
    if (this.#care.signs) this.presigning.step(entry);
    else if (isUnproved(entry)) this.#askForProof(entry);
    else this.#care.open(entry);
    this.#care.retireOthers(entry);
  }

  /** Whether another epoch than this one is wanted here, so that what the chain says of it must be known. */
  get wantsSuccessor(): boolean {
    const entry = this.#entry();
    return entry.facts?.status === "active" && this.#proposer.wantsSuccessor({ ...entry, facts: entry.facts });
  }

  /** A member approves the epoch to come. */
  onApproval(from: PeerId, signature: Hex): void {
    const entry = this.#entry();
    if (entry.facts?.status === "active")
      void this.#proposer.onApproval({ ...entry, facts: entry.facts }, from, signature);
  }

  /** This member was away when the new shares were proved: without the proof its own stays pending. */
  #askForProof(entry: Known): void {
    const { moment, transport } = this.#context;
    const { number } = moment().finalised;
    if (this.#askedAt === number) return;
    this.#askedAt = number;
    const frame = encodeFrame({ kind: "ask", subject: this.proof.subject });
    for (const peer of otherParties(entry).keys()) transport.send(peer, frame);
  }

  #stepProposed(entry: Known): void {
    if (entry.facts.confirmations === 0n && !entry.isConfirmed) this.keygen.step();
    else if (!this.#holdsShare(entry)) return;
    const isRecorded = ((entry.facts.confirmations >> BigInt(entry.self)) & 1n) === 1n;
    const isAgreed = entry.isConfirmed || entry.facts.confirmations !== 0n || this.keygen.isStoredByAll();
    if (!isRecorded && isAgreed && this.#keepsKey(entry)) void this.#confirm();
  }

  /** Where the key is to stay, no other is ever confirmed. */
  #keepsKey(entry: EpochEntry): boolean {
    const { share, predecessor, committeeId, epoch } = entry;
    if (epoch > FIRST_EPOCH && predecessor === undefined) return false;
    if (predecessor === undefined || !isHandover(entry, this.#context.rotations)) return true;
    const { groupKeyX, groupKeyY } = predecessor.facts;
    if (share?.groupKeyX === groupKeyX && share.groupKeyY === groupKeyY) return true;
    this.#context.alarms.raise("recordMismatch", `committee ${committeeId} epoch ${epoch} was given another key`);
    return false;
  }

  /** Whether the share here is the one the chain knows. If not, nobody but a new epoch can help. */
  #holdsShare({ share, facts, committeeId, epoch }: Known): boolean {
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
