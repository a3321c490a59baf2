import type { Domain } from "@synod/tss";
import { type Address, hexToBytes } from "viem";
import type { ShareOwner } from "../sessions/messages.ts";
import { shareRef } from "../sessions/share-name.ts";
import { type EpochEntry, partyOf } from "./epoch-book.ts";

/** What every protocol message of an epoch is bound to. */
export function domainOf(
  chainId: bigint,
  committeeRegistry: Address,
  entry: Pick<EpochEntry, "committeeId" | "epoch">,
): Domain {
  return {
    chainId,
    verifyingContract: hexToBytes(committeeRegistry),
    keyId: hexToBytes(entry.committeeId),
    epoch: entry.epoch,
  };
}

/** The own share of an epoch, to be opened. */
export function ownerOf(
  chainId: bigint,
  committeeRegistry: Address,
  entry: Pick<EpochEntry, "committeeId" | "epoch" | "self">,
): ShareOwner {
  const { committeeId, epoch, self } = entry;
  const share = shareRef(committeeId, epoch, self);
  return { share, domain: domainOf(chainId, committeeRegistry, entry), self: partyOf(self) };
}

/** Identity keys of all members by party number. */
export function partiesOf(entry: EpochEntry): ReadonlyMap<number, Uint8Array> {
  return new Map(entry.members.map(({ memberIndex, peer }) => [partyOf(memberIndex), hexToBytes(peer)]));
}
