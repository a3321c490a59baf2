import { type CommitteeId, type Epoch, type MemberIndex, toCommitteeId, toEpoch, toMemberIndex } from "@synod/core";
import type { Hex } from "viem";
import type { Block } from "../chain/providers/newest-block.ts";
import type { ChainReader } from "../chain/reader.ts";
import { StartError } from "../failure.ts";
import { compressedKey } from "../identity.ts";
import type { ListedMember } from "../journal/events.ts";

/** What the registry says of one member's place in a committee's active epoch, at a final block. */
export type ActiveSeat = {
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly members: readonly ListedMember[];
  readonly self: MemberIndex;
  readonly minSigners: number;
  readonly quorum: number;
  readonly membersHash: Hex;
  readonly recordHash: Hex;
  readonly block: Block;
};

/**
 * Finds the place of an identity in the active epoch of a committee.
 * @param peer compressed identity key
 * @throws StartError `notMember` when it has none; viem's errors when the provider does not answer
 */
export async function activeSeat(reader: ChainReader, committeeId: Hex, peer: Hex): Promise<ActiveSeat> {
  const block = await reader.finalised(await reader.head());
  const active = await reader.activeEpoch(committeeId, block.number);
  const members = active === 0n ? [] : await reader.members(committeeId, active, block.number);
  const position = members.findIndex(({ x, y }) => compressedKey(x, y) === peer);
  if (position < 0)
    throw new StartError(
      "notMember",
      `the identity key of this keystore is of no member of committee ${committeeId}'s active epoch (${active}); name the committee as \`synod committer status\` shows it`,
    );
  const { minSigners, quorum, membersHash, recordHash } = await reader.epochFacts(committeeId, active, block.number);
  const terms = { minSigners, quorum, membersHash, recordHash };
  const place = { committeeId: toCommitteeId(committeeId), epoch: toEpoch(active), self: toMemberIndex(position) };
  return { ...place, members, ...terms, block };
}
