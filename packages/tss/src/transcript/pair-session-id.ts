import { u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { H } from "./hash.ts";

/**
 * Session id of the ordered pair in which `alice` is the COT sender: H('rv', sid, A, B), 32 bytes. Ordered, because a
 * message of one direction must mean nothing in the other.
 */
export function pairSessionId(sid: Uint8Array, alice: PartyIndex, bob: PartyIndex): Uint8Array {
  return H("rv", sid, u16(alice), u16(bob));
}
