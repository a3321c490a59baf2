import type { PeerId } from "@synod/core";
import type { CeremonyContext } from "./context.ts";
import type { EpochEntry } from "./epoch-book.ts";

/** Since when the other members of an epoch have been away, as this one sees it. A restart begins to count anew. */
export class Absence {
  readonly #context: Pick<CeremonyContext, "transport" | "banned" | "moment">;
  readonly #since = new Map<PeerId, bigint>();

  constructor(context: Pick<CeremonyContext, "transport" | "banned" | "moment">) {
    this.#context = context;
  }

  /** Looks who is here: connected and not banned. */
  note({ members, self }: EpochEntry): void {
    const { transport, banned, moment } = this.#context;
    const connected = transport.connected();
    for (const { memberIndex, peer } of members) {
      const isHere = memberIndex === self || (connected.has(peer) && !banned().has(peer));
      if (isHere) this.#since.delete(peer);
      else if (!this.#since.has(peer)) this.#since.set(peer, moment().finalised.number);
    }
  }

  /** Whether a member is away now. */
  isAway(peer: PeerId): boolean {
    return this.#since.has(peer);
  }

  /** Finalised blocks for which a member has been away, 0 if it is here. */
  blocks(peer: PeerId): bigint {
    const since = this.#since.get(peer);
    return since === undefined ? 0n : this.#context.moment().finalised.number - since;
  }
}
