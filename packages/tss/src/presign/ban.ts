import { type AbortReason, banPairs } from "../engine/abort.ts";
import { burnPair, usablePartners } from "../keyshare/key-share.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { PresignTerms } from "./terms.ts";

/**
 * The abort for a failed check that must not be tried twice. Destroys the pair state at once, so that no session in
 * flight can give the cheater a second try.
 *
 * Side effects: burns the pairs in the key share.
 */
export function banCheaters(
  terms: PresignTerms,
  code: "cotCheck" | "voleCheck" | "inputConsistency",
  cheaters: readonly PartyIndex[],
): AbortReason {
  for (const cheater of cheaters) burnPair(terms.share, cheater);
  return banPairs(code, cheaters);
}

/** Signers whose pair state another session has burnt since this one started. */
export function burntPartners(terms: PresignTerms): readonly PartyIndex[] {
  const usable = usablePartners(terms.share);
  return terms.others.filter((party) => !usable.has(party));
}
