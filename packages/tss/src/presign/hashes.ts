import { concat, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, type Point } from "../math/point.ts";
import { H } from "../transcript/hash.ts";

/** com_i = H('ps/com', i, nonce_i, R_i, salt_i). */
export function nonceCommitment(
  party: PartyIndex,
  nonce: Uint8Array,
  noncePoint: Uint8Array,
  salt: Uint8Array,
): Uint8Array {
  return H("ps/com", u16(party), nonce, noncePoint, salt);
}

/** dig = H('ps/r1', sid, all (nonce, com) ascending). */
export function firstRoundDigest(
  sid: Uint8Array,
  nonces: ReadonlyMap<PartyIndex, Uint8Array>,
  coms: ReadonlyMap<PartyIndex, Uint8Array>,
): Uint8Array {
  return H("ps/r1", sid, ...nonces.values(), ...coms.values());
}

/** viewHash = H('ps/view', sid, all (R_j, pk_j) ascending). */
export function openingView(
  sid: Uint8Array,
  openings: ReadonlyMap<PartyIndex, { readonly noncePoint: Point; readonly publicShare: Point }>,
): Uint8Array {
  const parts = [...openings.values()].map((opening) =>
    concat(encodePoint(opening.noncePoint), encodePoint(opening.publicShare)),
  );
  return H("ps/view", sid, ...parts);
}
