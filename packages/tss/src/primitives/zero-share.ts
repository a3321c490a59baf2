import { TssError } from "../errors.ts";
import { assertLength, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { reduce, type Scalar } from "../math/scalar.ts";
import { hashToScalar } from "../transcript/hash.ts";
import { assertSessionId } from "./session-id.ts";

/** Bytes of the seed two parties share for zero shares. */
export const ZERO_SEED_LENGTH = 32;

/**
 * This party's share of zero: over all parties of the session the shares add up to 0 mod q. For every other party j the
 * common value Hs(sid, min, max, seed) is added when j < self and subtracted when j > self.
 * @param sid digest of all first-round messages, 32 bytes: fresh in every session
 * @param seeds for each other party of the session, the 32-byte seed shared with it; secret
 * @throws TssError `invalidSessionId`, `duplicateIndex` when `self` is among the seeds, `invalidLength`
 */
export function zeroShare(sid: Uint8Array, self: PartyIndex, seeds: ReadonlyMap<PartyIndex, Uint8Array>): Scalar {
  assertSessionId(sid);
  if (seeds.has(self)) throw new TssError("duplicateIndex", `party ${self} has no seed with itself`);
  let share = 0n;
  for (const [other, seed] of seeds) {
    assertLength(seed, ZERO_SEED_LENGTH, `the seed with party ${other}`);
    const [low, high] = other < self ? [other, self] : [self, other];
    const common = hashToScalar("zero", sid, u16(low), u16(high), seed);
    share += other < self ? common : -common;
  }
  return reduce(share);
}
