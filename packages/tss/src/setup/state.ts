import { destroySecrets, type SecretPart } from "../engine/secret-part.ts";
import type { PairState } from "../keyshare/key-share.ts";
import type { PartyIndex } from "../math/party-index.ts";
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
  readonly self: PartyIndex;
  readonly partners: ReadonlyMap<PartyIndex, P>;
  readonly secrets: readonly SecretPart[];
};

/** Message 1 is sent. */
export type AwaitBaseOts = SetupState<Partner & { readonly alice: AliceSetupState; readonly bob: BobSetupState }>;

/** Message 2 is sent: as Bob this party is done, as Alice it waits for the trees. */
export type AwaitTrees = SetupState<
  Partner & { readonly alice: AliceSetupState; readonly remoteBob: Uint8Array; readonly bobPair: BobPair }
>;

/** Message 3 is sent. */
export type AwaitReturns = SetupState<Partner & { readonly pair: PairState }>;

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
type Continued<R> = { readonly result: R; readonly secrets: readonly SecretPart[] } | undefined;

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
