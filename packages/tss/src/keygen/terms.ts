import { copyParties, encodeParties, type Parties } from "../engine/context.ts";
import { evenSize, type RoundSize } from "../engine/stage.ts";
import type { Domain } from "../envelope/domain.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import { concat, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { PROOF_LENGTH } from "../math/schnorr.ts";
import { setupBytes } from "../setup/sizes.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";

/** What all parties of a key generation fix beforehand. */
export type KeygenTerms = {
  readonly domain: Domain;
  readonly self: PartyIndex;
  /** Ascending. */
  readonly parties: Parties;
  /** Everybody but this party, ascending. */
  readonly others: readonly PartyIndex[];
  /** t: how many shares sign. */
  readonly minSigners: number;
  readonly identity: IdentityKey;
};

/**
 * Validates the terms of a key generation.
 * @throws TssError `invalidParties` unless 2 <= minSigners <= n <= 64 and the keys differ
 */
export function createKeygenTerms(input: Omit<KeygenTerms, "others">): KeygenTerms {
  const { domain, self, minSigners, identity } = input;
  const parties = copyParties(input.parties);
  if (!Number.isInteger(minSigners) || minSigners < 2 || minSigners > parties.size) {
    throw new TssError("invalidParties", `minSigners must be in 2..${parties.size}, is ${minSigners}`);
  }
  const others = [...parties.keys()].filter((party) => party !== self);
  return { domain, self, parties, others, minSigners, identity };
}

/** What the session handle binds beside its own terms. */
export function keygenBinding(terms: KeygenTerms): Uint8Array {
  return concat(u16(terms.minSigners), encodeParties(terms.parties));
}

/** Payload lengths of the five rounds (docs/protocol/dkg.md, table of messages). */
export function keygenSizes(minSigners: number): readonly RoundSize[] {
  const openingBytes = minSigners * POINT_LENGTH + 2 * HASH_LENGTH + minSigners * PROOF_LENGTH;
  return [
    evenSize(HASH_LENGTH, 0),
    { broadcastBytes: () => HASH_LENGTH, directBytes: (from, to) => setupBytes(1, from, to) },
    { broadcastBytes: () => openingBytes, directBytes: (from, to) => setupBytes(2, from, to) },
    { broadcastBytes: () => HASH_LENGTH, directBytes: (from, to) => 2 * HASH_LENGTH + setupBytes(3, from, to) },
    evenSize(PROOF_LENGTH + 2 * HASH_LENGTH + 64, 0),
  ];
}
