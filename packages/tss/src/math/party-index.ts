import { TssError } from "../errors.ts";

/** A party's number in its committee, 1..65535: the x coordinate of its share. Never 0, never read from a message. */
export type PartyIndex = number & { readonly __partyIndex: true };

/** Checks and brands a number. Throws `invalidPartyIndex` for 0, a fraction, or anything above 65535. */
export function partyIndex(value: number): PartyIndex {
  if (!Number.isInteger(value) || value < 1 || value > 0xffff) {
    throw new TssError("invalidPartyIndex", `${value} is not a party index (1..65535)`);
  }
  return value as PartyIndex;
}
