import { u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { H } from "../transcript/hash.ts";
import type { Partner } from "./state.ts";

/** The transcript of a pair before its first message: H('setup/transcript', sid, lower index, higher index), 32 bytes. */
export function emptyTranscript(sid: Uint8Array, a: PartyIndex, b: PartyIndex): Uint8Array {
  return H("setup/transcript", sid, u16(Math.min(a, b)), u16(Math.max(a, b)));
}

/**
 * The transcript with one more message each way, the lower party's first: both parties of a pair get the same hash.
 * @returns H('setup/transcript', before, message of the lower party, message of the higher party), 32 bytes
 */
export function extendTranscript(
  self: PartyIndex,
  other: PartyIndex,
  { sent, transcript }: Partner,
  received: Uint8Array,
): Uint8Array {
  const [low, high] = self < other ? [sent, received] : [received, sent];
  return H("setup/transcript", transcript, low, high);
}
