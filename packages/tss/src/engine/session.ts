import type { ChannelPair } from "../envelope/channel.ts";
import type { OpenedDirect, SignedMessage } from "../envelope/message.ts";
import type { OneTime } from "../math/one-time.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";
import type { Abort } from "./abort.ts";
import type { SessionContext } from "./context.ts";
import type { RoundSize, Stage } from "./stage.ts";

/** One party's message of one round. A slot is filled once and never changes its envelope. */
export type Slot = {
  readonly message: SignedMessage;
  /** Digest of the envelope, 32 bytes. */
  readonly digest: Uint8Array;
  /** Ciphertext for this party; empty once opened, and in rounds without direct payloads. */
  readonly sealed: Uint8Array;
  /** The decrypted direct payload; dropped after the round has run. */
  readonly direct: OpenedDirect | undefined;
};

/** Slots by round, then by sender (this party's own included). */
export type Slots = ReadonlyMap<number, ReadonlyMap<PartyIndex, Slot>>;

/** This party's contribution to the session id and the channels, sent in front of its first broadcast. */
export type Hello = { readonly nonce: Uint8Array; readonly ephemeral: Secret<Scalar> };

/** What the session knows once everybody's first message is there. */
export type Agreement = {
  /** 32 bytes. */
  readonly sid: Uint8Array;
  readonly nonces: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly channels: ReadonlyMap<PartyIndex, ChannelPair>;
};

/**
 * One run of one protocol. Immutable: {@link file://./receive.ts | receive} returns the next one. Only the newest value
 * may be used: the secrets of a stage that ran are gone, and running it again throws.
 */
export type Session<Output> = {
  readonly status: "running" | "finished" | "aborted";
  readonly context: SessionContext;
  /** Payload lengths of all rounds. */
  readonly sizes: readonly RoundSize[];
  /** The round whose messages are awaited, from 1. */
  readonly round: number;
  readonly stage: OneTime<Stage<Output>>;
  readonly hello: Hello | undefined;
  readonly agreement: Agreement | undefined;
  readonly slots: Slots;
  /** views[r]: hash of all envelopes of round r, 32 bytes; views[0] is zero. */
  readonly views: readonly Uint8Array[];
};

/** Why a frame had no effect. None of these is a fault of the sender that anybody could prove. */
export type IgnoredReason =
  | "sessionOver"
  | "unknownSender"
  | "oversized"
  | "undecodable"
  | "otherSession"
  | "spoofedSender"
  | "unknownRound"
  | "unauthentic"
  | "undecryptable"
  | "duplicate";

/** What the caller must do. Effects are complete and ordered: carry them out even when the last one is an abort. */
export type Effect<Output> =
  | { readonly kind: "send"; readonly to: PartyIndex | "all"; readonly frame: Uint8Array }
  | { readonly kind: "done"; readonly output: Output }
  | { readonly kind: "abort"; readonly abort: Abort }
  | { readonly kind: "ignored"; readonly from: PartyIndex; readonly reason: IgnoredReason };

/** A session after an input, with what the input caused. */
export type Started<Output> = { readonly session: Session<Output>; readonly effects: readonly Effect<Output>[] };

/** 32 bytes that name the session before any message is exchanged: the key by which frames find it. */
export function sessionHandle(session: Session<unknown>): Uint8Array {
  return session.context.handle.slice();
}

/** The slot of a sender in a round, if filled. */
export function slotOf(slots: Slots, round: number, party: PartyIndex): Slot | undefined {
  return slots.get(round)?.get(party);
}

/** The slots with one filled or replaced. */
export function withSlot(slots: Slots, round: number, party: PartyIndex, slot: Slot): Slots {
  return new Map(slots).set(round, new Map(slots.get(round)).set(party, slot));
}

/** The slots with one emptied. */
export function withoutSlot(slots: Slots, round: number, party: PartyIndex): Slots {
  const senders = new Map(slots.get(round));
  senders.delete(party);
  return new Map(slots).set(round, senders);
}

/** Parties whose message of the current round has not come. */
export function silentParties(session: Session<unknown>): readonly PartyIndex[] {
  return session.context.others.filter((party) => slotOf(session.slots, session.round, party) === undefined);
}
