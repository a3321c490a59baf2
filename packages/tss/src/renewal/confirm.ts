import { blamePairwise } from "../engine/abort.ts";
import type { FinalRound } from "../engine/stage.ts";
import { installPair } from "../keyshare/key-share.ts";
import { equalBytes, splitEqual } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { burntPartners } from "./rounds.ts";
import type { AwaitConfirmations } from "./state.ts";
import { partnersIn, type RenewalTerms } from "./terms.ts";

/** Result of a renewal. The pair state is in the share that the session was started with: store it again. */
export type RenewalOutput = {
  /** Id of every renewed pair, 32 bytes, by partner, ascending. Public. */
  readonly renewed: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** Ids of the sender's renewed pairs, in the order of its partners. */
type Message = readonly Uint8Array[];

/** R5 → output: everybody has confirmed its pairs (docs/protocol/renewal.md steps F.1 to F.3). */
export const round5: FinalRound<AwaitConfirmations, Message, RenewalOutput> = {
  decode: ({ broadcast }) => splitEqual(broadcast, broadcast.length / HASH_LENGTH, HASH_LENGTH),
  run({ terms, renewed, secrets }, inbox) {
    const burnt = burntPartners(terms);
    if (burnt.length > 0) return { kind: "abort", abort: blamePairwise("pairBurnt", burnt) };
    // F.2 Both hold the same messages of an honest setup, so one that names another id did something else.
    const mismatched = [...renewed].filter(([party, { pair }]) => {
      const id = idOf(terms, party, inbox.get(party) ?? []);
      return id === undefined || !equalBytes(id, pair.renewal);
    });
    if (mismatched.length > 0) {
      return {
        kind: "abort",
        abort: blamePairwise(
          "pairSetup",
          mismatched.map(([party]) => party),
        ),
      };
    }
    for (const [party, { pair, zeroSeed }] of renewed) installPair(terms.share, party, pair, zeroSeed);
    const ids = new Map([...renewed].map(([party, { pair }]) => [party, pair.renewal.slice()]));
    return { kind: "finish", output: { renewed: ids }, keeps: secrets };
  },
};

/** The id that `sender` names for its pair with this party. */
function idOf(terms: RenewalTerms, sender: PartyIndex, ids: Message): Uint8Array | undefined {
  const roles = { participants: [...terms.participants.keys()], renewing: terms.renewing };
  return ids[partnersIn(roles, sender).indexOf(terms.self)];
}
