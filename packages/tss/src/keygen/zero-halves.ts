import { u16, wipe } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { H } from "../transcript/hash.ts";

/**
 * Zero seeds by partner: H('zero/seed', dsid, lower index, higher index, half of the lower, half of the higher),
 * 32 bytes each, the same at both parties.
 *
 * Side effects: zeroes the received halves.
 * @param sent z_{self -> j} by partner, 32 bytes each
 * @param received messages with z_{j -> self}, at least one of each partner
 */
export function joinZeroHalves(
  dsid: Uint8Array,
  self: PartyIndex,
  sent: ReadonlyMap<PartyIndex, Uint8Array>,
  received: ReadonlyMap<PartyIndex, { readonly zeroHalf: Uint8Array }>,
): ReadonlyMap<PartyIndex, Uint8Array> {
  const seeds = new Map<PartyIndex, Uint8Array>();
  for (const [other, half] of sent) {
    const zeroHalf = received.get(other)?.zeroHalf ?? new Uint8Array(0);
    const [low, high] = self < other ? [self, other] : [other, self];
    const halves = self < other ? [half, zeroHalf] : [zeroHalf, half];
    seeds.set(other, H("zero/seed", dsid, u16(low), u16(high), ...halves));
    wipe(zeroHalf);
  }
  return seeds;
}
