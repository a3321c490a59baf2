import type { RoundState } from "../engine/stage.ts";
import type { KeyShareSecrets } from "../keyshare/key-share.ts";
import type { PublicRecord } from "../keyshare/record.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Point } from "../math/point.ts";
import type { PolynomialCommitment } from "../math/polynomial.ts";
import type { Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";
import type { AwaitBaseOts, AwaitReturns, AwaitTrees } from "../setup/state.ts";
import type { KeygenTerms } from "./terms.ts";

/** This party's contribution to the key, fixed in round 1 and opened in round 3. */
export type Contribution = {
  /** f_i, the constant term first. Secret. */
  readonly polynomial: readonly Secret<Scalar>[];
  /** F_i = f_i G. */
  readonly commitment: PolynomialCommitment;
  /** cc_i, 32 bytes. */
  readonly chainCodePart: Uint8Array;
  /** salt_i, 32 bytes. */
  readonly salt: Uint8Array;
  /** com_i, 32 bytes. */
  readonly com: Uint8Array;
};

/** Waiting for the commitments. */
export type AwaitCommitments = RoundState & { readonly terms: KeygenTerms; readonly own: Contribution };

/** What follows from the commitments. */
type Committed = {
  readonly terms: KeygenTerms;
  readonly own: Contribution;
  /** Session id of the key generation, 32 bytes. */
  readonly dsid: Uint8Array;
  readonly nonces: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly coms: ReadonlyMap<PartyIndex, Uint8Array>;
  /** Hash of all commitments, 32 bytes. */
  readonly e1: Uint8Array;
};

/** Waiting for the commitment echo and the base-OT messages. */
export type AwaitEcho = RoundState & Committed & { readonly setups: AwaitBaseOts };

/** Waiting for the openings, the proofs and the trees. */
export type AwaitOpenings = RoundState & Committed & { readonly setups: AwaitTrees };

/** Waiting for the opening echo and the shares. */
export type AwaitShares = RoundState & {
  readonly terms: KeygenTerms;
  readonly own: Contribution;
  readonly dsid: Uint8Array;
  /** F_j of every party, this one included, ascending. */
  readonly commitments: ReadonlyMap<PartyIndex, PolynomialCommitment>;
  readonly groupKey: Point;
  /** cc, 32 bytes. */
  readonly chainCode: Uint8Array;
  /** Hash of all openings, 32 bytes. */
  readonly e2: Uint8Array;
  /** The openings that e2 hashes, ascending. */
  readonly encodedOpenings: readonly Uint8Array[];
  readonly setups: AwaitReturns;
  /** z_{i -> j}, 32 bytes each. Secret. */
  readonly zeroHalves: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** Waiting for everybody's confirmation. All secrets of the share are here already. */
export type AwaitConfirmations = RoundState & {
  readonly terms: KeygenTerms;
  readonly dsid: Uint8Array;
  /** The openings that e2 hashes, ascending. */
  readonly encodedOpenings: readonly Uint8Array[];
  readonly record: PublicRecord;
  /** This party's signature of the record. */
  readonly ownSignature: Uint8Array;
  readonly share: KeyShareSecrets;
};
