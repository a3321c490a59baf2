import { type AbortReason, banPairs, blamePairwise } from "../engine/abort.ts";
import { burnPair, usablePartners } from "../keyshare/key-share.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { PresignTerms } from "./terms.ts";

/**
 * The abort for a failed check of the correlated randomness. With the share's pairs it must not be tried twice: the
 * pair state is destroyed at once, so that no session in flight can give the cheater a second try. Ephemeral pairs die
 * with the session anyway, so nothing is banned and nothing of the share is burnt.
 *
 * Side effects: burns the pairs in the key share, in epoch mode.
 */
export function punishCheaters(
  { share, otMode }: PresignTerms,
  code: "cotCheck" | "voleCheck" | "inputConsistency",
  cheaters: readonly PartyIndex[],
): AbortReason {
  if (otMode === "ephemeral") return blamePairwise(code, cheaters);
  for (const cheater of cheaters) burnPair(share, cheater);
  return banPairs(code, cheaters);
}

/** The abort if another session has banned a signer since this one started. */
export function abortIfBanned(terms: PresignTerms): AbortReason | undefined {
  const usable = usablePartners(terms.share);
  const burnt = terms.others.filter((party) => !usable.has(party));
  return burnt.length > 0 ? blamePairwise("pairBurnt", burnt) : undefined;
}
