import { destroySecrets, type SecretPart } from "../engine/secret-part.ts";
import type { PairState } from "../keyshare/key-share.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { AliceExtendedState } from "../primitives/extended-setup.ts";
import type { BobPair } from "../primitives/pair.ts";
import type { AliceSetupState, BobSetupState } from "../primitives/pair-setup.ts";

/** What is under way with one partner. */
export type Partner = {
  /** This party's newest message, kept until the partner's is there to be hashed with it. */
  readonly sent: Uint8Array;
  /** Hash of all earlier messages of the pair, 32 bytes. */
  readonly transcript: Uint8Array;
};

/**
 * The pair setups of one session, with all partners. Each state is continued once. `secrets` is everything that must be
 * destroyed unless the next state lists it too: put it into the round state's own list.
 */
export type SetupState<P extends Partner> = {
  /** Id of the session the setups belong to, 32 bytes. */
  readonly sid: Uint8Array;
  readonly self: PartyIndex;
  readonly partners: ReadonlyMap<PartyIndex, P>;
  readonly secrets: readonly SecretPart[];
};

/** What a state holds about one partner. */
export type PartnerOf<State> = State extends SetupState<infer P> ? P : never;

/** Message 1 is sent. Which side of the base OTs this party is on with a partner follows from their indices. */
export type AwaitBaseOts = SetupState<
  Partner &
    (
      | { readonly role: "alice"; readonly alice: AliceSetupState }
      | { readonly role: "bob"; readonly bob: BobSetupState }
    )
>;

/** Message 2 is sent: Alice of the first direction waits for the trees, Bob is done with it and has extended it. */
export type AwaitTrees = SetupState<
  Partner &
    (
      | { readonly role: "alice"; readonly alice: AliceSetupState; readonly baseOt: Uint8Array }
      | { readonly role: "bob"; readonly bobPair: BobPair; readonly extended: AliceExtendedState }
    )
>;

/** Message 3 is sent: Alice of the first direction is done, Bob waits for the trees of the second. */
export type AwaitReturns = SetupState<
  Partner &
    (
      | { readonly role: "alice"; readonly pair: PairState }
      | { readonly role: "bob"; readonly bobPair: BobPair; readonly extended: AliceExtendedState }
    )
>;

/** The next message of every partner, as a field of whatever else it sent. */
export type SetupInbox = ReadonlyMap<PartyIndex, { readonly setup: Uint8Array }>;

/** A step of the setups with all partners; `direct` holds the next message to each of them. */
export type SetupStep<State> =
  | { readonly kind: "ok"; readonly state: State; readonly direct: ReadonlyMap<PartyIndex, Uint8Array> }
  | SetupsFailed;

/**
 * Partners whose message was wrong. Only this party can know, and nothing long-lived has leaked: all secrets of the
 * step are gone, and a new session may try again with the same partners.
 */
export type SetupsFailed = { readonly kind: "failed"; readonly culprits: readonly PartyIndex[] };

/** What a step did with one partner: the secrets it made, and undefined instead of a result when the partner cheated. */
export type Continued<R> = { readonly result: R; readonly secrets: readonly SecretPart[] } | undefined;

/**
 * Runs one step with every partner before it judges any, so that a cheater cannot spare the others. On failure all
 * secrets are destroyed: those of the state too.
 */
export function continueAll<P extends Partner, R>(
  state: SetupState<P>,
  inbox: SetupInbox,
  step: (partner: P, message: Uint8Array, other: PartyIndex) => Continued<R>,
):
  | { readonly kind: "ok"; readonly results: ReadonlyMap<PartyIndex, R>; readonly secrets: readonly SecretPart[] }
  | SetupsFailed {
  const results = new Map<PartyIndex, R>();
  const secrets: SecretPart[] = [];
  const culprits: PartyIndex[] = [];
  for (const [other, partner] of state.partners) {
    const message = inbox.get(other)?.setup;
    const continued = message && step(partner, message, other);
    if (continued === undefined) {
      culprits.push(other);
      continue;
    }
    results.set(other, continued.result);
    secrets.push(...continued.secrets);
  }
  if (culprits.length === 0) return { kind: "ok", results, secrets };
  destroySecrets([...state.secrets, ...secrets]);
  return { kind: "failed", culprits };
}

/** The newest message to each partner. */
export function messagesOf(partners: ReadonlyMap<PartyIndex, Partner>): ReadonlyMap<PartyIndex, Uint8Array> {
  return new Map([...partners].map(([other, { sent }]) => [other, sent.slice()]));
}

/** The bytes of a pair that must be destroyed with it. */
export function pairSecrets({ alice, bob }: PairState): readonly SecretPart[] {
  return [alice.delta, alice.leaves, bob.leaves];
}
