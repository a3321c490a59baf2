import { encodeParties, type Parties } from "../engine/context.ts";
import { evenSize, type RoundSize } from "../engine/stage.ts";
import { TssError } from "../errors.ts";
import { type KeyShare, partnerStatus } from "../keyshare/key-share.ts";
import { concat, u8, u16 } from "../math/bytes.ts";
import { knownPoint } from "../math/known-point.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { POINT_LENGTH, type Point } from "../math/point.ts";
import { SCALAR_LENGTH } from "../math/scalar.ts";
import { EXTENSION_MESSAGE_LENGTH, VOLE_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import { setupBytes } from "../setup/sizes.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";

/**
 * Where the correlated randomness of a presigning comes from. epoch: the pair state of the key share; a failed check
 * bans. ephemeral: pair state made in the session and destroyed with it; a failed check costs the batch.
 */
export type OtMode = "epoch" | "ephemeral";

/** Most presignatures that one session makes. */
export const MAX_BATCH = 16;

/** What a presigning makes, and how. */
export type PresignShape = {
  /** Number of presignatures, 1..16. */
  readonly count: number;
  readonly otMode: OtMode;
};

/** One presignature from the pair state of the share. */
export const SINGLE_PRESIGNATURE: PresignShape = { count: 1, otMode: "epoch" };

/** What the signers of a presignature fix beforehand. */
export type PresignTerms = PresignShape & {
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
 * Validates a signing set against the share and the ban list, and the shape.
 * @param banned parties with which this committer must not compute in this epoch
 * @throws TssError `invalidParties` (|S| is not t, a duplicate, an unknown member, self missing), `bannedParty` (also
 * when the pair with a signer was burnt, in either mode), `missingPair` when there is none yet, `integerOutOfRange`
 */
export function createPresignTerms(
  share: KeyShare,
  signers: readonly PartyIndex[],
  banned: ReadonlySet<PartyIndex>,
  { count, otMode }: PresignShape = SINGLE_PRESIGNATURE,
): PresignTerms {
  const { record, self } = share;
  if (signers.length !== record.minSigners) {
    throw new TssError("invalidParties", `exactly ${record.minSigners} signers are needed, not ${signers.length}`);
  }
  if (new Set(signers).size !== signers.length) throw new TssError("invalidParties", "a signer is named twice");
  if (!isCount(count)) throw new TssError("integerOutOfRange", `a session makes 1..${MAX_BATCH}, not ${count}`);
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
  return { share, self, signers: keys, others, groupKey, count, otMode };
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= MAX_BATCH;
}

function assertNotBanned(share: KeyShare, others: readonly PartyIndex[], banned: ReadonlySet<PartyIndex>): void {
  for (const party of others) {
    const status = partnerStatus(share, party);
    if (banned.has(party) || status === "burnt") {
      throw new TssError("bannedParty", `party ${party} is banned for this epoch: choose another signing set`);
    }
    if (status === "absent") {
      throw new TssError("missingPair", `there is no pair state with party ${party} yet: renew it first`);
    }
  }
}

const MODES: readonly OtMode[] = ["epoch", "ephemeral"];

/** What the session handle binds: the key generation that made the pair state, t and S, number, mode. */
export function presignBinding({ share, signers, count, otMode }: PresignTerms): Uint8Array {
  return concat(
    share.recordHash,
    u16(share.record.minSigners),
    encodeParties(signers),
    u8(count),
    u8(MODES.indexOf(otMode)),
  );
}

/** The shape in a binding of a session of `signers`; undefined if it is no binding of presigning. */
export function shapeOfBinding(binding: Uint8Array, signers: Parties): PresignShape | undefined {
  const [count = 0, mode = MODES.length] = binding.slice(-2);
  const otMode = MODES[mode];
  const length = HASH_LENGTH + 2 + encodeParties(signers).length + 2;
  return binding.length === length && isCount(count) && otMode !== undefined ? { count, otMode } : undefined;
}

/** The round in which the nonces are opened, from 1. */
export function openingRound({ otMode }: PresignShape): number {
  return otMode === "epoch" ? 3 : 3 + SETUP_SIZES.length;
}

const SETUP_SIZES: readonly RoundSize[] = ([1, 2, 3] as const).map((message) => ({
  broadcastBytes: () => 0,
  directBytes: (from, to) => setupBytes(message, from, to),
}));

/** Bytes of what one party sends another for one presignature in the round that opens the nonces. */
const ANSWER_LENGTH = VOLE_MESSAGE_LENGTH + 2 * POINT_LENGTH + SCALAR_LENGTH;

/** Payload lengths of all rounds (docs/protocol/presign.md, table of messages). */
export function presignSizes({ count, otMode }: PresignShape): readonly RoundSize[] {
  return [
    evenSize(HASH_LENGTH, 0),
    ...(otMode === "epoch" ? [] : SETUP_SIZES),
    evenSize(HASH_LENGTH, count * EXTENSION_MESSAGE_LENGTH + HASH_LENGTH),
    evenSize(count * 2 * POINT_LENGTH + HASH_LENGTH, count * ANSWER_LENGTH),
    evenSize(HASH_LENGTH + count * POINT_LENGTH, 0),
  ];
}
