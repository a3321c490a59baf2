import type { RoundState } from "../engine/stage.ts";
import type { PairState } from "../keyshare/key-share.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { AwaitBaseOts, AwaitReturns, AwaitTrees } from "../setup/state.ts";
import type { RenewalTerms } from "./terms.ts";

/** Waiting for everybody's hello. */
export type AwaitHello = RoundState & { readonly terms: RenewalTerms };

/** Waiting for message 1 of the pair setups. */
export type AwaitStarts = RoundState & {
  readonly terms: RenewalTerms;
  /** Session id, 32 bytes. */
  readonly sid: Uint8Array;
  readonly setups: AwaitBaseOts;
};

/** Waiting for message 2. */
export type AwaitAnswers = RoundState & {
  readonly terms: RenewalTerms;
  readonly sid: Uint8Array;
  readonly setups: AwaitTrees;
};

/** Waiting for message 3 and the halves of the zero seeds. */
export type AwaitHalves = RoundState & {
  readonly terms: RenewalTerms;
  readonly sid: Uint8Array;
  readonly setups: AwaitReturns;
  /** z_{i -> j}, 32 bytes each. Secret. */
  readonly zeroHalves: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** What the renewal made with one partner. Secret. */
export type Renewed = { readonly pair: PairState & { readonly renewal: Uint8Array }; readonly zeroSeed: Uint8Array };

/** Waiting for everybody's confirmation of its pairs. */
export type AwaitConfirmations = RoundState & {
  readonly terms: RenewalTerms;
  readonly renewed: ReadonlyMap<PartyIndex, Renewed>;
};
