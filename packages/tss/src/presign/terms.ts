import { encodeParties, type Parties } from "../engine/context.ts";
import { evenSize, type RoundSize } from "../engine/stage.ts";
import { TssError } from "../errors.ts";
import { type KeyShare, usablePartners } from "../keyshare/key-share.ts";
import { concat, u16 } from "../math/bytes.ts";
import { knownPoint } from "../math/known-point.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { POINT_LENGTH, type Point } from "../math/point.ts";
import { SCALAR_LENGTH } from "../math/scalar.ts";
import { EXTENSION_MESSAGE_LENGTH, VOLE_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";

/** What the signers of a presignature fix beforehand. */
export type PresignTerms = {
  readonly share: KeyShare;
  readonly self: PartyIndex;
  /** S: the t signers with their identity keys, ascending. */
  readonly signers: Parties;
  /** Everybody in S but this party, ascending. */
  readonly others: readonly PartyIndex[];
  /** pk. */
  readonly groupKey: Point;
};

/**
 * Validates a signing set against the share and the ban list.
 * @param banned parties with which this committer must not compute in this epoch
 * @throws TssError `invalidParties` (|S| is not t, a duplicate, an unknown member, self missing), `bannedParty` (also
 * when the share's own pair state was burnt)
 */
export function createPresignTerms(
  share: KeyShare,
  signers: readonly PartyIndex[],
  banned: ReadonlySet<PartyIndex>,
): PresignTerms {
  const { record, self } = share;
  if (signers.length !== record.minSigners) {
    throw new TssError("invalidParties", `exactly ${record.minSigners} signers are needed, not ${signers.length}`);
  }
  if (new Set(signers).size !== signers.length) throw new TssError("invalidParties", "a signer is named twice");
  const keys = new Map<PartyIndex, Uint8Array>();
  for (const party of [...signers].sort((a, b) => a - b)) {
    const key = record.parties.get(party);
    if (key === undefined) throw new TssError("invalidParties", `party ${party} is not in the committee`);
    keys.set(party, key);
  }
  const others = [...keys.keys()].filter((party) => party !== self);
  assertNotBanned(share, others, banned);
  const groupKey = knownPoint(record.groupKey);
  if (groupKey === undefined) throw new TssError("invalidKeyShare", "the group key is no point");
  return { share, self, signers: keys, others, groupKey };
}

function assertNotBanned(share: KeyShare, others: readonly PartyIndex[], banned: ReadonlySet<PartyIndex>): void {
  const partners = usablePartners(share);
  for (const party of others) {
    if (banned.has(party) || !partners.has(party)) {
      throw new TssError("bannedParty", `party ${party} is banned for this epoch: choose another signing set`);
    }
  }
}

/** What the session handle binds: the key generation that made the pair state, t and S. */
export function presignBinding(terms: PresignTerms): Uint8Array {
  return concat(terms.share.recordHash, u16(terms.share.record.minSigners), encodeParties(terms.signers));
}

/** Payload lengths of the four rounds (docs/protocol/presign.md, table of messages). */
export const PRESIGN_SIZES: readonly RoundSize[] = [
  evenSize(HASH_LENGTH, 0),
  evenSize(HASH_LENGTH, EXTENSION_MESSAGE_LENGTH),
  evenSize(2 * POINT_LENGTH + HASH_LENGTH, VOLE_MESSAGE_LENGTH + 2 * POINT_LENGTH + SCALAR_LENGTH),
  evenSize(HASH_LENGTH + POINT_LENGTH, 0),
];
