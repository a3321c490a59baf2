import { type Epoch, epochKey, type PeerAddress, type PeerId, toEpoch } from "@synod/core";
import type { Hex } from "viem";
import type { PeerFrame, Slot } from "../sessions/frame.ts";
import { poolTagOf, shareRef } from "../sessions/share-name.ts";
import { Ceremony } from "./ceremony.ts";
import type { CeremonyContext } from "./context.ts";
import {
  bannedParties,
  type EpochBook,
  type EpochEntry,
  type EpochFacts,
  epochStatus,
  memberOf,
  toEpochFacts,
} from "./epoch-book.ts";

/** Key generations that may be remembered before their epoch is final here: one number each, forgotten with the next epoch. */
const MISSED_SUBJECTS = 64;

/** Brings every epoch of this committer to life, and finds the one a peer's frame is about. */
export class Ceremonies {
  readonly #context: CeremonyContext;
  readonly #book: EpochBook;
  readonly #byEpoch = new Map<string, Ceremony>();
  readonly #bySubject = new Map<Hex, Ceremony>();
  readonly #missed = new Map<Hex, number>();
  readonly #settled = new Set<string>();

  constructor(context: CeremonyContext, book: EpochBook) {
    this.#context = context;
    this.#book = book;
  }

  /** Reads the facts of all living epochs at a finalised block, and takes up those that are new. */
  async refresh(atBlock: bigint): Promise<void> {
    const { reader } = this.#context;
    for (const entry of this.#book.entries()) this.#ceremony(entry);
    await Promise.all(
      this.#book.living().map(async ({ committeeId, epoch }) => {
        const facts = toEpochFacts(await reader.epochFacts(committeeId, epoch, atBlock));
        this.#book.setFacts(epochKey(committeeId, epoch), facts);
      }),
    );
    await Promise.all(this.#book.entries().map((entry) => this.#readNeighbours(entry, atBlock)));
    await Promise.all(this.#book.living().map((entry) => this.#readLatest(entry, atBlock)));
    this.#tendPools(atBlock);
  }

  /** Whoever wants another epoch than the active one needs to know what there is already. */
  async #readLatest(entry: EpochEntry, atBlock: bigint): Promise<void> {
    const { committeeId, epoch } = entry;
    if (!this.#ceremony(entry).wantsSuccessor) return;
    const { reader } = this.#context;
    const latest = await reader.latestEpoch(committeeId, atBlock);
    const { status, membersHash } = await reader.epochFacts(committeeId, latest, atBlock);
    const isUnfinished = ["proposed", "confirmed"].includes(epochStatus(status));
    this.#book.setLatest(epochKey(committeeId, epoch), { epoch: latest, membersHash, isUnfinished });
  }

  /** A member approves an epoch to come. */
  onApproval(from: PeerId, { subject, signature }: Extract<PeerFrame, { kind: "approval" }>): void {
    this.#find(subject, from)?.onApproval(from, signature);
  }

  /** An epoch on its way needs to know which one has the key, and one that is over whether its key lives on. */
  async #readNeighbours(entry: EpochEntry, atBlock: bigint): Promise<void> {
    const { committeeId, epoch, facts, predecessor, share } = entry;
    const isComing = facts?.status === "proposed" || facts?.status === "confirmed";
    const isLeft = facts?.status === "retired" && share !== undefined && !this.#isSucceeded(entry);
    if (!(isComing && epoch > 1n && predecessor === undefined) && !isLeft) return;
    const active = await this.#context.reader.activeEpoch(committeeId, atBlock);
    if (active === 0n || active === epoch) return;
    if (isLeft) await this.#endShare(entry, toEpoch(active), atBlock);
    else await this.#readPredecessor(entry, toEpoch(active), atBlock);
  }

  /** Whether what comes of the share of a retired epoch is settled, or the active one is this member's and sees to it. */
  #isSucceeded({ committeeId, epoch }: EpochEntry): boolean {
    const isOwn = (other: EpochEntry) => other.committeeId === committeeId && other.facts?.status === "active";
    return this.#settled.has(epochKey(committeeId, epoch)) || this.#book.entries().some(isOwn);
  }

  async #readPredecessor({ committeeId, epoch }: EpochEntry, active: Epoch, atBlock: bigint): Promise<void> {
    const { reader } = this.#context;
    const [facts, listed] = await Promise.all([
      reader.epochFacts(committeeId, active, atBlock),
      reader.members(committeeId, active, atBlock),
    ]);
    const { minSigners } = facts;
    const predecessor = { epoch: active, facts: toEpochFacts(facts), members: listed.map(memberOf), minSigners };
    this.#book.setPredecessor(epochKey(committeeId, epoch), predecessor);
  }

  /** A member that stays ends its old share by the proof. Who left has none, and takes the registry's word. */
  async #endShare(entry: EpochEntry, active: Epoch, atBlock: bigint): Promise<void> {
    const { committeeId, epoch, facts } = entry;
    const successor: EpochFacts = toEpochFacts(await this.#context.reader.epochFacts(committeeId, active, atBlock));
    this.#settled.add(epochKey(committeeId, epoch));
    if (successor.status === "active" && successor.groupAddress === facts?.groupAddress)
      this.#ceremony(entry).endShare();
  }

  /** Whether the own share of an epoch signs; `undefined` while that is not known. */
  isUsable(key: string): boolean | undefined {
    return this.#byEpoch.get(key)?.isUsable;
  }

  /** A peer lacks something that all members of an epoch may know. */
  onAsk(from: PeerId, frame: Extract<PeerFrame, { kind: "ask" }>): void {
    this.#find(frame.subject, from)?.onAsk(from, frame);
  }

  /** A peer sent a public record. */
  onRecord(from: PeerId, { subject, record }: Extract<PeerFrame, { kind: "record" }>): void {
    this.#find(subject, from)?.onRecord(record);
  }

  /** Presignatures of epochs that are over, of banned members, or too old, are burnt. */
  #tendPools(atBlock: bigint): void {
    const { host, banned } = this.#context;
    const living = this.#book.living().map((entry): [string, readonly number[]] => {
      const { name } = shareRef(entry.committeeId, entry.epoch, entry.self);
      return [name, bannedParties(entry, banned())];
    });
    host.tend({ kind: "tend", living: new Map(living), atBlock });
  }

  /** Lets every epoch do what its facts ask for. */
  step(): void {
    const entries = this.#book.entries();
    for (const entry of entries) this.#ceremony(entry).step();
    if (!entries.some(({ facts }) => facts?.status === "proposed")) this.#context.alarms.clear("handoverImpossible");
  }

  /** Every other member of the living epochs, once. */
  peers(self: PeerId): readonly PeerAddress[] {
    const peers = new Map<PeerId, PeerAddress>();
    for (const { members } of this.#book.living())
      for (const { peer, endpoint } of members) if (peer !== self) peers.set(peer, { publicKey: peer, endpoint });
    return [...peers.values()];
  }

  /** Whether a session about this subject may begin here and the peer belongs to it. */
  isExpected(subject: Hex, from: PeerId): boolean {
    return this.#find(subject, from) !== undefined;
  }

  /**
   * A frame for a session of a key generation: its attempt is followed. If the epoch is not final here yet, the attempt
   * is lost to this member, and it will begin with the next one. A frame of a batch of presignatures: it is joined.
   */
  onSession(from: PeerId, { slot }: Extract<PeerFrame, { kind: "session" }>): void {
    const ceremony = this.#find(slot.subject, from);
    if (slot.phase === "pool") ceremony?.onBatch(from, slot);
    if (slot.phase !== "keygen" && slot.phase !== "reshare") return;
    if (ceremony !== undefined) ceremony.keygen.onAttempt(slot.attempt);
    else if (this.#missed.size < MISSED_SUBJECTS) this.#missed.set(slot.subject, slot.attempt);
  }

  /** Whether a batch of presignatures can no longer begin here. */
  isPastBatch(slot: Slot): boolean {
    return this.#bySubject.get(poolTagOf(slot.subject))?.isPastBatch(slot) ?? true;
  }

  /** A peer's share is durable. */
  onStored(from: PeerId, frame: Extract<PeerFrame, { kind: "stored" }>): void {
    this.#find(frame.subject, from)?.onStored(from, frame.attempt, frame.recordHash);
  }

  /** A finished proof of possession; `false` when the subject is no epoch's. */
  onProof(from: PeerId, frame: Extract<PeerFrame, { kind: "signature" }>): boolean {
    const ceremony = this.#find(frame.subject, from);
    ceremony?.onProof(frame.signature);
    return ceremony !== undefined;
  }

  #ceremony(entry: EpochEntry): Ceremony {
    const { committeeId, epoch } = entry;
    const key = epochKey(committeeId, epoch);
    const known = this.#byEpoch.get(key);
    if (known !== undefined) return known;
    const ceremony = new Ceremony(this.#context, () => this.#book.get(key) ?? entry);
    this.#byEpoch.set(key, ceremony);
    const missed = this.#missed.get(ceremony.keygen.subject);
    this.#missed.clear();
    if (missed !== undefined) ceremony.keygen.onAttempt(missed + 1);
    this.#bySubject.set(ceremony.keygen.subject, ceremony);
    this.#bySubject.set(ceremony.proof.subject, ceremony);
    this.#bySubject.set(ceremony.presigning.tag, ceremony);
    return ceremony;
  }

  #find(subject: Hex, from: PeerId): Ceremony | undefined {
    const ceremony = this.#bySubject.get(subject) ?? this.#bySubject.get(poolTagOf(subject));
    return ceremony?.isMember(from) === true ? ceremony : undefined;
  }
}
