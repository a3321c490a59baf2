import {
  type CommitteeView,
  type Epoch,
  epochKey,
  type MemberIndex,
  type MemberView,
  toMemberIndex,
} from "@synod/core";
import type { Address, Hex } from "viem";
import { addressOf, compressedKey } from "../identity.ts";
import type { EpochEvent, EpochObserved, ListedMember, ShareStored } from "../journal/events.ts";
import type { HandoverRecord, ShareDescription } from "../sessions/messages.ts";

/** Where an epoch stands on chain. */
export type EpochStatus = "none" | "proposed" | "confirmed" | "active" | "retired" | "abandoned";

/** The contract's numbers for {@link EpochStatus}, in order. */
const STATUSES: readonly EpochStatus[] = ["none", "proposed", "confirmed", "active", "retired", "abandoned"];

/** What the registry says of an epoch at a finalised block. */
export type EpochFacts = {
  readonly status: EpochStatus;
  readonly groupAddress: Address;
  readonly groupKeyX: Hex;
  readonly groupKeyY: Hex;
  readonly recordHash: Hex;
  /** Bit i is set when member i has confirmed. */
  readonly confirmations: bigint;
  /** Seconds of chain time, 0 if it was not retired. */
  readonly retiredAt: bigint;
  /** Seconds of chain time, 0 if it was never active. */
  readonly activatedAt: bigint;
};

/** A member with everything that follows from its registered key. */
export type EpochMember = MemberView & { readonly endpoint: string; readonly listed: ListedMember };

/** The newest epoch of a committee. */
export type LatestEpoch = {
  readonly epoch: bigint;
  readonly membersHash: Hex;
  /** It was proposed and is neither active nor given up. */
  readonly isUnfinished: boolean;
};

/** The epoch that has the key while another one is on its way. */
export type Predecessor = {
  readonly epoch: Epoch;
  readonly facts: EpochFacts;
  readonly members: readonly EpochMember[];
  readonly minSigners: number;
};

/** What is known of a share that is in the keystore. */
export type HeldShare = ShareDescription & { readonly attempt: number; readonly handover?: HandoverRecord };

/** What this committer knows of an epoch it is a member of. */
export type EpochEntry = Omit<EpochObserved, "kind" | "members"> & {
  readonly members: readonly EpochMember[];
  /** The newest key generation attempt that was begun here. */
  readonly keygenAttempt: number | undefined;
  /** The share of that attempt, once it is durable, until it is destroyed. */
  readonly share: HeldShare | undefined;
  /** The own confirmation was signed; the share must be kept. */
  readonly isConfirmed: boolean;
  /** The newest attempt at the proof of possession that was begun here. */
  readonly proofAttempt: number | undefined;
  /** The newest batch of presignatures that was begun here, by its subject. */
  readonly presignings: ReadonlyMap<Hex, number>;
  /** The proof of possession of an epoch that took a key over, 65 bytes, once it is known. */
  readonly proof: Hex | undefined;
  /** The epoch that was active when this one was proposed, while that is known; see {@link EpochBook.setPredecessor}. */
  readonly predecessor: Predecessor | undefined;
  /** The committee's newest epoch, read while another one than this is wanted. */
  readonly latest: LatestEpoch | undefined;
  readonly facts: EpochFacts | undefined;
};

/** The epoch's facts as viem returns them. */
type ContractFacts = {
  readonly status: number;
  readonly groupAddress: Address;
  readonly groupKey: { readonly x: Hex; readonly y: Hex };
  readonly recordHash: Hex;
  readonly confirmations: bigint;
  readonly retiredAt: bigint;
  readonly activatedAt: bigint;
};

/** Where an epoch stands, by the contract's number. */
export function epochStatus(status: number): EpochStatus {
  return STATUSES[status] ?? "none";
}

/** Facts of the contract's view. */
export function toEpochFacts(view: ContractFacts): EpochFacts {
  const { groupAddress, groupKey, recordHash, confirmations, retiredAt, activatedAt } = view;
  const key = { groupAddress, groupKeyX: groupKey.x, groupKeyY: groupKey.y };
  return { status: epochStatus(view.status), ...key, recordHash, confirmations, retiredAt, activatedAt };
}

/** A member out of the registry's list. */
export function memberOf(listed: ListedMember, position: number): EpochMember {
  const { x, y, endpoint } = listed;
  const memberIndex = toMemberIndex(position);
  return { memberIndex, peer: compressedKey(x, y), address: addressOf(x, y), endpoint, listed };
}

function opened(event: EpochObserved): EpochEntry {
  const { kind: _kind, members, ...terms } = event;
  return {
    ...terms,
    members: members.map(memberOf),
    keygenAttempt: undefined,
    share: undefined,
    isConfirmed: false,
    proofAttempt: undefined,
    presignings: new Map(),
    proof: undefined,
    predecessor: undefined,
    latest: undefined,
    facts: undefined,
  };
}

function heldShare({ description, attempt, handover }: ShareStored): HeldShare {
  const held = { ...description, attempt };
  return handover === undefined ? held : { ...held, handover };
}

function changed(entry: EpochEntry, event: Exclude<EpochEvent, EpochObserved>): EpochEntry {
  switch (event.kind) {
    case "KeygenAttemptStarted":
      return { ...entry, keygenAttempt: event.attempt, share: undefined };
    case "ShareStored":
      return { ...entry, share: heldShare(event) };
    case "HandoverProved":
      return { ...entry, proof: event.signature };
    case "ShareDestroyed":
      return { ...entry, share: undefined };
    case "EpochConfirmationSigned":
      return { ...entry, isConfirmed: true };
    case "ProofAttemptStarted":
      return { ...entry, proofAttempt: event.attempt };
    case "PresigningStarted":
      return { ...entry, presignings: new Map(entry.presignings).set(event.subject, event.attempt) };
  }
}

/** Every epoch this committer is or was a member of: what the journal says, and the newest facts of the chain. */
export class EpochBook {
  readonly #entries = new Map<string, EpochEntry>();

  /** Folds one event. Events of epochs that were never observed change nothing. */
  apply(event: EpochEvent): void {
    const key = epochKey(event.committeeId, event.epoch);
    const entry = this.#entries.get(key);
    if (event.kind === "EpochObserved") {
      if (entry === undefined) this.#entries.set(key, opened(event));
      return;
    }
    if (entry !== undefined) this.#entries.set(key, changed(entry, event));
  }

  /** Replaces the chain's facts of one epoch. */
  setFacts(key: string, facts: EpochFacts): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, facts });
  }

  /** Notes which epoch was active when this one was proposed. */
  setPredecessor(key: string, predecessor: Predecessor): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, predecessor });
  }

  /** Notes the committee's newest epoch. */
  setLatest(key: string, latest: LatestEpoch): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, latest });
  }

  get(key: string): EpochEntry | undefined {
    return this.#entries.get(key);
  }

  /** All epochs, oldest first. */
  entries(): readonly EpochEntry[] {
    return [...this.#entries.values()];
  }

  /** Epochs that are on their way or in use: not retired, not abandoned. */
  living(): readonly EpochEntry[] {
    return this.entries().filter(({ facts }) => facts?.status !== "retired" && facts?.status !== "abandoned");
  }

  /** Active and retired epochs as core sees them, by `epochKey`. */
  views(): ReadonlyMap<string, CommitteeView> {
    const views = new Map<string, CommitteeView>();
    for (const entry of this.#entries.values()) {
      const { facts, committeeId, epoch } = entry;
      if (facts?.status !== "active" && facts?.status !== "retired") continue;
      views.set(epochKey(committeeId, epoch), committeeView(entry, facts));
    }
    return views;
  }
}

/** An epoch as core sees it. */
export function committeeView(entry: EpochEntry, facts: EpochFacts): CommitteeView {
  const { committeeId, epoch, members, minSigners, quorum, self } = entry;
  const view = { committeeId, epoch, members, minSigners, quorum, groupAddress: facts.groupAddress, self };
  return facts.retiredAt === 0n ? view : { ...view, retiredAt: facts.retiredAt };
}

/** The members' party numbers for the protocol library: member index + 1. */
export function partyOf(memberIndex: MemberIndex): number {
  return memberIndex + 1;
}

/** The other members' party numbers, by peer. */
export function otherParties(entry: EpochEntry, among?: readonly MemberIndex[]): ReadonlyMap<Hex, number> {
  const others = entry.members.filter(
    ({ memberIndex }) => memberIndex !== entry.self && (among === undefined || among.includes(memberIndex)),
  );
  return new Map(others.map(({ peer, memberIndex }) => [peer, partyOf(memberIndex)]));
}

/** Party numbers of the members that were banned. */
export function bannedParties(entry: EpochEntry, banned: ReadonlyMap<Hex, string>): readonly number[] {
  return entry.members.filter(({ peer }) => banned.has(peer)).map(({ memberIndex }) => partyOf(memberIndex));
}
