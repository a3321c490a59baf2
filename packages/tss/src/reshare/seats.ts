import { copyParties, type Parties } from "../engine/context.ts";
import { TssError } from "../errors.ts";
import type { PublicRecord } from "../keyshare/record.ts";
import { equalBytes } from "../math/bytes.ts";
import { type PartyIndex, partyIndex } from "../math/party-index.ts";

/** Who hands the key over to whom. */
export type Handover = {
  /** The record of the epoch that ends. Trusted: its hash is the one confirmed on chain. */
  readonly previous: PublicRecord;
  /** T: at least t members of that epoch, by their index in it. */
  readonly dealers: readonly PartyIndex[];
  /** Identity keys of the new committee, by new index. */
  readonly parties: Parties;
};

/** A place in the session. A party that deals and receives has one seat. */
export type Seats = {
  /** Identity keys of all parties of the session, ascending by seat. */
  readonly parties: Parties;
  /** Index in the epoch that ends, by seat, ascending by seat. */
  readonly dealers: ReadonlyMap<PartyIndex, PartyIndex>;
  /** The new committee: a new member's seat is its new index. */
  readonly receivers: Parties;
};

/**
 * Numbers the parties of a reshare (docs/protocol/reshare.md step 1): a new member sits at its new index; a dealer who
 * is no new member, recognised by its identity key, sits after the last of them, in the order of the old indices.
 * @returns the seats by which the session names its parties in effects, aborts and `receive`
 * @throws TssError `invalidParties` unless the dealers are distinct members of the previous epoch and at least t of
 * them, and the new committee has 2..64 distinct members
 */
export function reshareSeats({ previous, dealers, parties }: Handover): Seats {
  const receivers = copyParties(parties);
  assertDealers(previous, dealers);
  const seats = new Map(receivers);
  const indices: (readonly [PartyIndex, PartyIndex])[] = [];
  let last = Math.max(...receivers.keys());
  for (const [index, key] of previous.parties) {
    if (!dealers.includes(index)) continue;
    const seat = seatOf(receivers, key) ?? partyIndex(++last);
    indices.push([seat, index]);
    seats.set(seat, key.slice());
  }
  return { parties: seats, dealers: new Map(indices.sort(([a], [b]) => a - b)), receivers };
}

function assertDealers(previous: PublicRecord, dealers: readonly PartyIndex[]): void {
  if (new Set(dealers).size !== dealers.length) throw new TssError("invalidParties", "a dealer is named twice");
  const stranger = dealers.find((index) => !previous.parties.has(index));
  if (stranger !== undefined) throw new TssError("invalidParties", `dealer ${stranger} has no share of the old epoch`);
  if (dealers.length < previous.minSigners) {
    throw new TssError("invalidParties", `at least ${previous.minSigners} must deal, not ${dealers.length}`);
  }
}

/** The place of an identity key (33 bytes) among the parties; undefined if it has none. */
export function seatOf(parties: Parties, identity: Uint8Array): PartyIndex | undefined {
  return [...parties].find(([, key]) => equalBytes(key, identity))?.[0];
}
