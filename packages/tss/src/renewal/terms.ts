import type { AgreedTerms, Parties } from "../engine/context.ts";
import type { RoundSize } from "../engine/stage.ts";
import { TssError } from "../errors.ts";
import { type KeyShare, partnerStatus } from "../keyshare/key-share.ts";
import { concat, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { createReader } from "../math/reader.ts";
import { ZERO_SEED_LENGTH } from "../primitives/zero-share.ts";
import { setupBytes } from "../setup/sizes.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";

/** Who renews what. Equal at all participants but for `share` and `self`. */
export type RenewalTerms = {
  readonly share: KeyShare;
  readonly self: PartyIndex;
  /** Everybody in the session with identity keys, ascending. */
  readonly participants: Parties;
  /** The members that lost pair state, ascending. */
  readonly renewing: readonly PartyIndex[];
  /** Whose pair with this party is made anew, ascending; never empty. */
  readonly partners: readonly PartyIndex[];
};

/** Indices of the members in a renewal. */
export type RenewalRoles = Pick<RenewalTerms, "renewing"> & { readonly participants: readonly PartyIndex[] };

/**
 * Validates who renews with whom (docs/protocol/renewal.md step R1.1).
 * @param banned parties with which this committer must not compute in this epoch
 * @throws TssError `invalidParties` (a stranger, a duplicate, self missing, nobody renews, a renewing party that does not
 * take part), `bannedParty` if this party would renew a burnt pair or one with a banned party
 */
export function createRenewalTerms(
  share: KeyShare,
  roles: RenewalRoles,
  banned: ReadonlySet<PartyIndex>,
): RenewalTerms {
  const { self } = share;
  const participants = new Map<PartyIndex, Uint8Array>();
  for (const party of ascending(roles.participants)) {
    const key = share.record.parties.get(party);
    if (key === undefined) throw new TssError("invalidParties", `party ${party} is not in the committee`);
    participants.set(party, key);
  }
  const renewing = ascending(roles.renewing);
  if (!participants.has(self)) throw new TssError("invalidParties", `party ${self} is not part of its own session`);
  if (renewing.length === 0 || !renewing.every((party) => participants.has(party))) {
    throw new TssError("invalidParties", "at least one participant renews, and only participants do");
  }
  const partners = partnersIn({ participants: [...participants.keys()], renewing }, self);
  for (const party of partners) {
    if (banned.has(party) || partnerStatus(share, party) === "burnt") {
      throw new TssError("bannedParty", `party ${party} is banned for this epoch: its pair is never renewed`);
    }
  }
  return { share, self, participants, renewing, partners };
}

function ascending(parties: readonly PartyIndex[]): readonly PartyIndex[] {
  if (new Set(parties).size !== parties.length) throw new TssError("invalidParties", "a party is named twice");
  return [...parties].sort((a, b) => a - b);
}

/** Whose pair with `party` is made anew: everybody for a renewing party, the renewing parties for the others. */
export function partnersIn({ participants, renewing }: RenewalRoles, party: PartyIndex): readonly PartyIndex[] {
  const candidates = renewing.includes(party) ? participants : renewing;
  return candidates.filter((other) => other !== party);
}

/** What the session handle binds: record hash(32) ‖ r(2) ‖ r renewing indices(2 each). */
export function renewalBinding({ share, renewing }: RenewalTerms): Uint8Array {
  return concat(share.recordHash, u16(renewing.length), ...renewing.map(u16));
}

/** Payload lengths of the five rounds (docs/protocol/renewal.md, table of messages). */
export function renewalSizes(roles: RenewalRoles): readonly RoundSize[] {
  const isPair = (a: PartyIndex, b: PartyIndex) => roles.renewing.includes(a) || roles.renewing.includes(b);
  const setupRound = (message: 1 | 2 | 3, moreBytes: number): RoundSize => ({
    broadcastBytes: () => 0,
    directBytes: (from, to) => (isPair(from, to) ? moreBytes + setupBytes(message, from, to) : 0),
  });
  return [
    { broadcastBytes: () => 0, directBytes: undefined },
    setupRound(1, 0),
    setupRound(2, 0),
    setupRound(3, ZERO_SEED_LENGTH),
    { broadcastBytes: (from) => HASH_LENGTH * partnersIn(roles, from).length, directBytes: undefined },
  ];
}

/**
 * The renewing parties that a binding names: the inverse of {@link renewalBinding}.
 * @param terms of a renewal's session
 * @returns undefined if the binding is not one of a renewal of these parties
 */
export function renewingParties({
  binding,
  parties,
}: Pick<AgreedTerms, "binding" | "parties">): readonly PartyIndex[] | undefined {
  const reader = createReader(binding);
  reader.bytes(HASH_LENGTH);
  const indices = Array.from({ length: Math.min(reader.u16() ?? 0, parties.size) }, () => reader.u16());
  const renewing = [...parties.keys()].filter((party) => indices.includes(party));
  const isBinding = reader.isComplete() && renewing.length > 0 && renewing.join() === indices.join();
  return isBinding ? renewing : undefined;
}
