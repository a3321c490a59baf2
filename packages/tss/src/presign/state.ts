import type { RoundState } from "../engine/stage.ts";
import type { PairState } from "../keyshare/key-share.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Point } from "../math/point.ts";
import type { Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";
import type { BobVoleState } from "../primitives/vole.ts";
import type { Gadget } from "../primitives/vole-rows.ts";
import type { AwaitBaseOts, AwaitReturns, AwaitTrees } from "../setup/state.ts";
import type { PresignatureSecrets, PresignatureTerms } from "./presignature.ts";
import type { PresignTerms } from "./terms.ts";

/** This party's nonce and mask for one presignature, sampled in round 1. */
export type NonceShare = {
  /** r_i. */
  readonly r: Secret<Scalar>;
  /** R_i = r_i G. */
  readonly noncePoint: Point;
  /** φ_i, nonzero. */
  readonly phi: Secret<Scalar>;
};

/** What this party commits to in round 1: one nonce for each presignature of the batch. */
export type Contribution = {
  readonly nonces: readonly NonceShare[];
  /** 32 bytes. */
  readonly salt: Uint8Array;
  /** com_i, 32 bytes. */
  readonly com: Uint8Array;
};

/** Waiting for the commitments to the nonces. */
export type AwaitCommitments = RoundState & { readonly terms: PresignTerms; readonly own: Contribution };

/** What the parties agreed on in round 1. */
export type Agreed = {
  readonly terms: PresignTerms;
  readonly own: Contribution;
  /** 32 bytes. */
  readonly sid: Uint8Array;
  readonly nonces: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly coms: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** With ephemeral pairs only: pair setup with all signers is under way. */
export type AwaitSetup<S extends AwaitBaseOts | AwaitTrees | AwaitReturns> = RoundState & {
  readonly agreed: Agreed;
  readonly setups: S;
};

/** Pair state by party. */
export type Pairs = ReadonlyMap<PartyIndex, PairState>;

/** This party as Bob towards one other, for one presignature. */
export type BobSide = { readonly vole: BobVoleState; readonly chi: Secret<Scalar> };

/** {@link BobSide} of all presignatures of the batch, by Alice. */
export type BobSides = ReadonlyMap<PartyIndex, readonly BobSide[]>;

/** Waiting for the echo and the extension messages. */
export type AwaitExtensions = RoundState & {
  readonly agreed: Agreed;
  /** dig: hash of all nonces and commitments, 32 bytes. */
  readonly dig: Uint8Array;
  readonly gadget: Gadget;
  /** Those of the session; undefined if the share's are used. */
  readonly ephemeral: Pairs | undefined;
  readonly bob: BobSides;
};

/** This party as Alice, for one presignature. */
export type AliceSide = {
  /** sk_i = λ_i s_i + ζ_i. */
  readonly sk: Secret<Scalar>;
  /** pk_i = sk_i G. */
  readonly publicShare: Point;
  /** Sum over all j of c^u_{i,j}. */
  readonly cu: Secret<Scalar>;
  /** Sum over all j of c^v_{i,j}. */
  readonly cv: Secret<Scalar>;
};

/** Waiting for the openings and the VOLE messages. */
export type AwaitOpenings = RoundState & {
  readonly agreed: Agreed;
  readonly bob: BobSides;
  readonly alice: readonly AliceSide[];
};

/** A presignature that nobody else has confirmed: it cannot be signed with. */
export type UnconfirmedPresignature = { readonly terms: PresignatureTerms; readonly shares: PresignatureSecrets };

/** Waiting for everybody's confirmation of the same view. */
export type AwaitConfirmations = RoundState & {
  readonly terms: PresignTerms;
  /** Hash of all (R_j, pk_j), 32 bytes. */
  readonly viewHash: Uint8Array;
  readonly batch: readonly UnconfirmedPresignature[];
};
