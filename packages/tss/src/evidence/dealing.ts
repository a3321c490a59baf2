import type { PublicRecord } from "../keyshare/record.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Point } from "../math/point.ts";
import type { RoundLayout } from "./round-layout.ts";

/** What follows from all openings. None of the points is the identity. */
export type DealtKey = {
  readonly dsid: Uint8Array;
  /** Hash of all openings, 32 bytes. */
  readonly e2: Uint8Array;
  readonly groupKey: Point;
  /** S_j by receiver, ascending. */
  readonly shares: ReadonlyMap<PartyIndex, Point>;
  /** What was opened beside the polynomials, by dealer, ascending: parts of the chain code. */
  readonly chainCodeParts: readonly Uint8Array[];
};

/**
 * What a judge needs to know of a session in which polynomials are dealt: a key generation or a reshare. All of it
 * follows from the terms, which the handle binds.
 */
export type Dealing = {
  /** How many shares sign: coefficients of each polynomial. */
  readonly minSigners: number;
  /** Who opens a polynomial, ascending. */
  readonly dealers: readonly PartyIndex[];
  /** Who gets a share and confirms it, ascending. */
  readonly receivers: readonly PartyIndex[];
  /** Bytes of an opening: commitment, chain-code part, salt. */
  readonly openingFields: readonly [number, number, number];
  readonly layouts: readonly RoundLayout[];
  /** dsid from the session id. */
  readonly sessionId: (sid: Uint8Array) => Uint8Array;
  readonly record: (key: DealtKey) => PublicRecord;
  /** Reshare only: the one constant term that a dealer may have. */
  readonly anchorOf: ((dealer: PartyIndex) => Point | undefined) | undefined;
  /** Reshare only: hash of the chain code that dealers hand over, 32 bytes. */
  readonly chainCodeHash: Uint8Array | undefined;
};
