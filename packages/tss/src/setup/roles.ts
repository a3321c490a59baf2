import type { PartyIndex } from "../math/party-index.ts";

/**
 * Whether `party` is Alice of the first direction with `other`: of the one that is set up by base OTs, which cost her
 * less than Bob. The lower index if the sum of both is odd, otherwise the higher one: so everybody is Alice about as
 * often as Bob, in a committee of three exactly.
 */
export function isFirstAlice(party: PartyIndex, other: PartyIndex): boolean {
  return (party + other) % 2 === 1 ? party < other : party > other;
}
