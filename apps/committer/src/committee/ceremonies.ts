import { epochKey, type PeerAddress, type PeerId } from "@synod/core";
import type { Hex } from "viem";
import type { PeerFrame, Slot } from "../sessions/frame.ts";
import { poolTagOf, shareRef } from "../sessions/share-name.ts";
import { Ceremony } from "./ceremony.ts";
import type { CeremonyContext } from "./context.ts";
import { bannedParties, type EpochBook, type EpochEntry, toEpochFacts } from "./epoch-book.ts";

/** Key generations that may be remembered before their epoch is final here: one number each, forgotten with the next epoch. */
const MISSED_SUBJECTS = 64;

/** Brings every epoch of this committer to life, and finds the one a peer's frame is about. */
export class Ceremonies {
  readonly #context: CeremonyContext;
  readonly #book: EpochBook;
  readonly #byEpoch = new Map<string, Ceremony>();
  readonly #bySubject = new Map<Hex, Ceremony>();
  readonly #missed = new Map<Hex, number>();

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
    this.#tendPools(atBlock);
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
    for (const entry of this.#book.entries()) this.#ceremony(entry).step();
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
    if (slot.phase !== "keygen") return;
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
