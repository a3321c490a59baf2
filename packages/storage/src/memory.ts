import type { ClaimOutcome, Journal, JournalCodec, SignClaim, SignClaims } from "@synod/core";
import { assertClaim } from "./claim.ts";

/**
 * A journal that lives as long as the process. It keeps the codec's text, as the durable one does, so that an event
 * which does not survive its codec is found here too.
 */
export class MemoryJournal<Event> implements Journal<Event> {
  readonly #codec: JournalCodec<Event>;
  readonly #rows: string[] = [];

  constructor(codec: JournalCodec<Event>) {
    this.#codec = codec;
  }

  /** See the port. An event the codec refuses leaves the journal as it was. */
  append(events: readonly Event[]): void {
    const rows = events.map((event) => this.#codec.encode(event));
    this.#rows.push(...rows);
  }

  /** See the port. Events appended while it is being read are read too. */
  *read(): Iterable<Event> {
    for (const row of this.#rows) yield this.#codec.decode(row);
  }
}

/** Claims that live as long as the process. For tests and simulation: a committer's claims must be durable. */
export class MemorySignClaims implements SignClaims {
  readonly #digests = new Map<string, SignClaim["digest"]>();

  /** See the port. Errors: `CLAIM_INVALID`. */
  claim(claim: SignClaim): ClaimOutcome {
    assertClaim(claim);
    const key = `${claim.decisionId}/${claim.epoch}`;
    const existing = this.#digests.get(key);
    if (existing === undefined) {
      this.#digests.set(key, claim.digest);
      return { kind: "claimed" };
    }
    return existing === claim.digest ? { kind: "repeated" } : { kind: "conflict", existing };
  }
}
