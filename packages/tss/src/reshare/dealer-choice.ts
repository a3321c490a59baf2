import type { Abort } from "../engine/abort.ts";
import type { PublicRecord } from "../keyshare/record.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Seats } from "./seats.ts";

/** A dealer with this many proven faults in the switch to one epoch deals no more. */
export const MAX_PROVEN_FAULTS = 3;

/** What a failed attempt showed about its dealers, by their index in the epoch that ends. */
export type FailedAttempt = {
  /** Faults that their own signed messages prove. */
  readonly proven: readonly PartyIndex[];
  /** Faults that only one party saw: it may lie. */
  readonly suspected: readonly PartyIndex[];
  /** Whose message had not come at the deadline: it may be the network. */
  readonly silent: readonly PartyIndex[];
};

/** Who deals next. */
export type DealerChoice =
  | { readonly kind: "dealers"; readonly dealers: readonly PartyIndex[] }
  /** Fewer than t members may still deal: the key cannot be handed over any more, only rotated. */
  | { readonly kind: "exhausted"; readonly excluded: readonly PartyIndex[] };

/**
 * What an abort says about the dealers.
 * @param seats of the session that was aborted
 */
export function failedAttempt(abort: Abort, { dealers }: Seats): FailedAttempt {
  const indicesOf = (seats: readonly PartyIndex[]): readonly PartyIndex[] =>
    seats.map((seat) => dealers.get(seat)).filter((index) => index !== undefined);
  return {
    proven: abort.blame === "public" ? indicesOf(abort.culprits) : [],
    suspected: abort.blame === "pairwise" ? indicesOf(abort.culprits) : [],
    // Before the deadline a message that has not come is no silence.
    silent: abort.code === "expired" ? indicesOf(abort.silent) : [],
  };
}

/**
 * Picks the dealers of the next attempt (docs/protocol/reshare.md, choice of dealers). Pure: members that know the same
 * failures pick the same dealers. Whoever has {@link MAX_PROVEN_FAULTS} proven faults is out, so that no dealer can have
 * an epoch's shares drawn again and again; those that were silent or suspected move behind the others, and come back
 * when the others have failed as often.
 * @param record of the epoch that ends
 * @param count how many shall deal, at least t; if fewer are left, all of them deal
 * @param failures of all attempts for the new epoch
 */
export function chooseDealers(record: PublicRecord, count: number, failures: readonly FailedAttempt[]): DealerChoice {
  const timesIn = (index: PartyIndex, lists: readonly (readonly PartyIndex[])[]): number =>
    lists.reduce((times, list) => times + (list.includes(index) ? 1 : 0), 0);
  const candidates = [...record.parties.keys()].map((index) => ({
    index,
    proven: timesIn(
      index,
      failures.map(({ proven }) => proven),
    ),
    absent: timesIn(
      index,
      failures.map(({ silent, suspected }) => [...silent, ...suspected]),
    ),
  }));
  const eligible = candidates.filter(({ proven }) => proven < MAX_PROVEN_FAULTS);
  if (eligible.length < record.minSigners) {
    const excluded = candidates.filter((candidate) => !eligible.includes(candidate));
    return { kind: "exhausted", excluded: excluded.map(({ index }) => index) };
  }
  const ranked = eligible.sort((a, b) => a.proven - b.proven || a.absent - b.absent || a.index - b.index);
  const chosen = ranked.slice(0, Math.max(count, record.minSigners)).map(({ index }) => index);
  return { kind: "dealers", dealers: chosen.sort((a, b) => a - b) };
}
