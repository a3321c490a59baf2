import { concat, u8, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, type Point } from "../math/point.ts";
import { H } from "../transcript/hash.ts";

/**
 * com_i = H('ps/com', i, nonce_i, R_{i,0} ‖ … ‖ R_{i,B-1}, salt_i).
 * @param noncePoints the encoded points one after another, 33 bytes each
 */
export function nonceCommitment(
  party: PartyIndex,
  nonce: Uint8Array,
  noncePoints: Uint8Array,
  salt: Uint8Array,
): Uint8Array {
  return H("ps/com", u16(party), nonce, noncePoints, salt);
}

/** dig = H('ps/r1', sid, all (nonce, com) ascending). */
export function firstRoundDigest(
  sid: Uint8Array,
  nonces: ReadonlyMap<PartyIndex, Uint8Array>,
  coms: ReadonlyMap<PartyIndex, Uint8Array>,
): Uint8Array {
  return H("ps/r1", sid, ...nonces.values(), ...coms.values());
}

/**
 * H('ps/index', id, index): what names one presignature of the batch in every hash that would else name the session.
 * @param id session id or first-round digest, 32 bytes
 * @param index 0..B-1
 */
export function indexedId(id: Uint8Array, index: number): Uint8Array {
  return H("ps/index", id, u8(index));
}

/** The points of one party for all presignatures of a batch. */
export type OpenedPoints = {
  /** R_{j,b}. */
  readonly noncePoints: readonly Point[];
  /** pk_{j,b}. */
  readonly publicShares: readonly Point[];
};

/** viewHash = H('ps/view', sid, for all j ascending: all (R_{j,b}, pk_{j,b}) in the order of the batch). */
export function openingView(sid: Uint8Array, openings: ReadonlyMap<PartyIndex, OpenedPoints>): Uint8Array {
  const parts = [...openings.values()].map(({ noncePoints, publicShares }) =>
    concat(encodePoints(noncePoints), encodePoints(publicShares)),
  );
  return H("ps/view", sid, ...parts);
}

/** The points one after another, 33 bytes each. */
export function encodePoints(points: readonly Point[]): Uint8Array {
  return concat(...points.map(encodePoint));
}
