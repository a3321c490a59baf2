import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import type { AbortReason } from "./abort.ts";
import type { SecretPart } from "./secret-part.ts";

/** What a round sends: one payload to everybody and, in some rounds, one to each other party. */
export type Outgoing = {
  readonly broadcast: Uint8Array;
  /** Empty, or exactly one payload per other party. Owned by the engine, which zeroes them. */
  readonly direct: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** What arrived from one party in a round, authenticated. `direct` is empty in rounds without direct payloads. */
export type Incoming = { readonly broadcast: Uint8Array; readonly direct: Uint8Array };

/**
 * Exact payload lengths of a round, by who sends and who receives: fixed by the protocol's parameters and the roles of
 * the parties, so known before any message.
 */
export type RoundSize = {
  readonly broadcastBytes: (from: PartyIndex) => number;
  /** Undefined in a round without direct payloads; otherwise every ordered pair has one, which may be empty. */
  readonly directBytes: ((from: PartyIndex, to: PartyIndex) => number) | undefined;
};

/** A round in which everybody sends the same number of bytes. `directBytes` 0: no direct payloads. */
export function evenSize(broadcastBytes: number, directBytes: number): RoundSize {
  return { broadcastBytes: () => broadcastBytes, directBytes: directBytes === 0 ? undefined : () => directBytes };
}

/** What the session gives to a round beside its messages. */
export type RoundTools = {
  /** Session id with everybody's nonce, 32 bytes; in a session of one round the handle. */
  readonly sid: Uint8Array;
  /** Fresh 32-byte nonce of every party, this one included, ascending; empty in a session of one round. */
  readonly nonces: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly rng: Rng;
};

/** State between two rounds. `secrets` lists all that must be destroyed unless the next state lists it too. */
export type RoundState = { readonly secrets: readonly SecretPart[] };

/** Messages that are not canonical: the senders are to blame, and the evidence opens what they sent directly. */
export type Malformed = { readonly kind: "malformed"; readonly senders: readonly PartyIndex[] };

/** Result of a round that has a successor. `malformed`: seen only by looking deeper than `decode` does. */
export type Step<Next> =
  | { readonly kind: "advance"; readonly next: Next; readonly outgoing: Outgoing }
  | { readonly kind: "abort"; readonly abort: AbortReason }
  | Malformed;

/** Result of the last round. `keeps`: secrets of the state that now belong to the output. */
export type FinalStep<Output> =
  | { readonly kind: "finish"; readonly output: Output; readonly keeps: readonly SecretPart[] }
  | { readonly kind: "abort"; readonly abort: AbortReason };

/** Messages of a round by sender, ascending, own message not included. */
export type Inbox<In> = ReadonlyMap<PartyIndex, In>;

/** Senders whose message fails a check, ascending. */
export function sendersWhere<In>(
  inbox: Inbox<In>,
  isBad: (message: In, party: PartyIndex) => boolean,
): readonly PartyIndex[] {
  return [...inbox].filter(([party, message]) => isBad(message, party)).map(([party]) => party);
}

/** Canonical and total: undefined means malformed, and the sender `from` is to blame. */
export type Decode<State, In> = (message: Incoming, state: State, from: PartyIndex) => In | undefined;

/** A round is a function from one state type and its messages to the next state type. */
export type Round<State extends RoundState, In, Next extends RoundState> = {
  readonly decode: Decode<State, In>;
  readonly run: (state: State, inbox: Inbox<In>, tools: RoundTools) => Step<Next>;
};

/** The round after which the protocol has its output. */
export type FinalRound<State extends RoundState, In, Output> = {
  readonly decode: Decode<State, In>;
  readonly run: (state: State, inbox: Inbox<In>, tools: RoundTools) => FinalStep<Output>;
};

/** What the session engine learns from running a stage. */
export type StageResult<Output> =
  | Malformed
  | { readonly kind: "abort"; readonly abort: AbortReason }
  | { readonly kind: "advance"; readonly outgoing: Outgoing; readonly stage: Stage<Output> }
  | { readonly kind: "finish"; readonly output: Output; readonly keeps: readonly SecretPart[] };

/** A round with its state: what is left to do, with the types of the rounds inside hidden. */
export type Stage<Output> = {
  readonly secrets: readonly SecretPart[];
  readonly run: (inbox: Inbox<Incoming>, tools: RoundTools) => StageResult<Output>;
};

/**
 * Binds a round to its state and to what follows. `then` takes exactly the state type that the round produces, so rounds
 * out of order do not compile.
 */
export function stage<State extends RoundState, In, Next extends RoundState, Output>(
  round: Round<State, In, Next>,
  state: State,
  then: (next: Next) => Stage<Output>,
): Stage<Output> {
  return {
    secrets: state.secrets,
    run(messages, tools) {
      const inbox = decodeAll(round.decode, messages, state);
      if (inbox.kind === "malformed") return inbox;
      const step = round.run(state, inbox.messages, tools);
      return step.kind === "advance" ? { kind: "advance", outgoing: step.outgoing, stage: then(step.next) } : step;
    },
  };
}

/** Binds the last round to its state. */
export function finalStage<State extends RoundState, In, Output>(
  round: FinalRound<State, In, Output>,
  state: State,
): Stage<Output> {
  return {
    secrets: state.secrets,
    run(messages, tools) {
      const inbox = decodeAll(round.decode, messages, state);
      return inbox.kind === "malformed" ? inbox : round.run(state, inbox.messages, tools);
    },
  };
}

/** All messages are decoded before any is used, so that a bad one cannot leave a state half updated. */
function decodeAll<State, In>(
  decode: Decode<State, In>,
  messages: Inbox<Incoming>,
  state: State,
): { readonly kind: "decoded"; readonly messages: Inbox<In> } | Malformed {
  const decoded = new Map<PartyIndex, In>();
  const senders: PartyIndex[] = [];
  for (const [party, message] of messages) {
    const content = decode(message, state, party);
    if (content === undefined) senders.push(party);
    else decoded.set(party, content);
  }
  return senders.length > 0 ? { kind: "malformed", senders } : { kind: "decoded", messages: decoded };
}
