import type { RoundState } from "../engine/stage.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Point } from "../math/point.ts";
import type { Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";
import type { BobVoleState } from "../primitives/vole.ts";
import type { Gadget } from "../primitives/vole-rows.ts";
import type { PresignatureSecrets, PresignatureTerms } from "./presignature.ts";
import type { PresignTerms } from "./terms.ts";

/** This party's nonce and mask, sampled in round 1. */
export type NonceShare = {
  /** r_i. */
  readonly r: Secret<Scalar>;
  /** R_i = r_i G. */
  readonly noncePoint: Point;
  /** φ_i, nonzero. */
  readonly phi: Secret<Scalar>;
  /** 32 bytes. */
  readonly salt: Uint8Array;
  /** com_i, 32 bytes. */
  readonly com: Uint8Array;
};

/** Waiting for the commitments to the nonces. */
export type AwaitCommitments = RoundState & { readonly terms: PresignTerms; readonly own: NonceShare };

/** This party as Bob towards one other. */
export type BobSide = { readonly vole: BobVoleState; readonly chi: Secret<Scalar> };

/** Waiting for the echo and the extension messages. */
export type AwaitExtensions = RoundState & {
  readonly terms: PresignTerms;
  readonly own: NonceShare;
  /** 32 bytes. */
  readonly sid: Uint8Array;
  readonly nonces: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly coms: ReadonlyMap<PartyIndex, Uint8Array>;
  /** dig: hash of all nonces and commitments, 32 bytes. */
  readonly dig: Uint8Array;
  readonly gadget: Gadget;
  readonly bob: ReadonlyMap<PartyIndex, BobSide>;
};

/** Waiting for the openings and the VOLE messages. */
export type AwaitOpenings = RoundState & {
  readonly terms: PresignTerms;
  readonly own: NonceShare;
  readonly sid: Uint8Array;
  readonly nonces: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly coms: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly bob: ReadonlyMap<PartyIndex, BobSide>;
  /** sk_i = λ_i s_i + ζ_i. */
  readonly sk: Secret<Scalar>;
  /** pk_i = sk_i G. */
  readonly publicShare: Point;
  /** Sum over all j of c^u_{i,j}. */
  readonly cu: Secret<Scalar>;
  /** Sum over all j of c^v_{i,j}. */
  readonly cv: Secret<Scalar>;
};

/** Waiting for everybody's confirmation of the same view. */
export type AwaitConfirmations = RoundState & {
  readonly terms: PresignTerms;
  /** Hash of all (R_j, pk_j), 32 bytes. */
  readonly viewHash: Uint8Array;
  readonly presignature: PresignatureTerms;
  readonly shares: PresignatureSecrets;
};
