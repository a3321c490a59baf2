import type { SecretPart } from "../engine/secret-part.ts";
import type { RoundState } from "../engine/stage.ts";
import type { KeyShareSecrets } from "../keyshare/key-share.ts";
import type { PublicRecord } from "../keyshare/record.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { PolynomialCommitment } from "../math/polynomial.ts";
import type { Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";
import type { AwaitBaseOts, AwaitReturns, AwaitTrees } from "../setup/state.ts";
import type { ReshareTerms } from "./terms.ts";

/** What a dealer deals, fixed in round 1 and opened in round 3. */
export type Dealing = {
  /** g_i with g_i(0) = λ_i^T s_i, the constant term first. Secret. */
  readonly polynomial: readonly Secret<Scalar>[];
  /** G_i = g_i G. */
  readonly commitment: PolynomialCommitment;
  /** salt_i, 32 bytes. */
  readonly salt: Uint8Array;
  /** com_i, 32 bytes. */
  readonly com: Uint8Array;
  /** cc, 32 bytes: handed to the new members. Secret. */
  readonly chainCode: Uint8Array;
};

/** What must be destroyed of a dealing; nothing at a party that does not deal. */
export function dealingSecrets(own: Dealing | undefined): readonly SecretPart[] {
  return own === undefined ? [] : [...own.polynomial, own.chainCode];
}

/** Waiting for the commitments. `own` is undefined at a party that only receives, here and below. */
export type AwaitCommitments = RoundState & { readonly terms: ReshareTerms; readonly own: Dealing | undefined };

/** What follows from the commitments. */
type Committed = {
  readonly terms: ReshareTerms;
  readonly own: Dealing | undefined;
  /** Session id of the reshare, 32 bytes. */
  readonly dsid: Uint8Array;
  readonly nonces: ReadonlyMap<PartyIndex, Uint8Array>;
  /** com_i by dealer, ascending. */
  readonly coms: ReadonlyMap<PartyIndex, Uint8Array>;
  /** Hash of all commitments, 32 bytes. */
  readonly e1: Uint8Array;
};

/** Waiting for the commitment echo and the base-OT messages. */
export type AwaitEcho = RoundState & Committed & { readonly setups: AwaitBaseOts };

/** Waiting for the openings, the proofs, the chain code and the trees. */
export type AwaitOpenings = RoundState & Committed & { readonly setups: AwaitTrees };

/** Waiting for the opening echo and the shares. */
export type AwaitShares = RoundState & {
  readonly terms: ReshareTerms;
  /** g_i(i) of a dealer for itself; undefined unless this party deals and receives. */
  readonly ownPart: Secret<Scalar> | undefined;
  readonly dsid: Uint8Array;
  /** G_i of every dealer, ascending. */
  readonly commitments: ReadonlyMap<PartyIndex, PolynomialCommitment>;
  /** The openings that e2 hashes, ascending by dealer. */
  readonly encodedOpenings: readonly Uint8Array[];
  /** Hash of all openings, 32 bytes. */
  readonly e2: Uint8Array;
  /** cc, 32 bytes, at a new member. Secret. */
  readonly chainCode: Uint8Array | undefined;
  readonly setups: AwaitReturns;
  /** z_{i -> j} by new member, 32 bytes each. Secret. */
  readonly zeroHalves: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** Waiting for everybody's confirmation. */
export type AwaitConfirmations = RoundState & {
  readonly terms: ReshareTerms;
  readonly dsid: Uint8Array;
  /** The openings that e2 hashes, ascending by dealer. */
  readonly encodedOpenings: readonly Uint8Array[];
  readonly record: PublicRecord;
  /** What this party gets; undefined at a dealer who is no new member. */
  readonly received: Received | undefined;
};

/** What a new member has at the end. */
export type Received = {
  /** This party's signature of the record, 64 bytes. */
  readonly ownSignature: Uint8Array;
  readonly share: KeyShareSecrets;
};
