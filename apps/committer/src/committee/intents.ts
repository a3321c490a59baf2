import type { MemberIndex } from "@synod/core";
import { committeeRegistryAbi } from "@synod/sdk";
import { type Address, encodeFunctionData, type Hex } from "viem";
import type { Intent } from "../chain/account.ts";
import type { ListedMember } from "../journal/events.ts";
import type { ShareDescription } from "../sessions/messages.ts";
import type { EpochEntry } from "./epoch-book.ts";

/** The transaction that records this member's signed confirmation. */
export function confirmIntent(registry: Address, entry: EpochEntry, share: ShareDescription, signature: Hex): Intent {
  const groupKey = { x: share.groupKeyX, y: share.groupKeyY };
  const args = [entry.committeeId, entry.epoch, entry.self, groupKey, share.recordHash, signature] as const;
  return { to: registry, data: encodeFunctionData({ abi: committeeRegistryAbi, functionName: "confirmEpoch", args }) };
}

/** A member's signed approval of an epoch to come. */
export type Approval = { readonly memberIndex: MemberIndex; readonly signature: Hex };

/** The transaction that proposes the epoch after the active one, with a quorum's approvals, ascending by member. */
export function proposeIntent(
  registry: Address,
  { committeeId, minSigners, quorum }: EpochEntry,
  members: readonly ListedMember[],
  approvals: readonly Approval[],
): Intent {
  const args = [committeeId, members, minSigners, quorum, approvals] as const;
  return { to: registry, data: encodeFunctionData({ abi: committeeRegistryAbi, functionName: "proposeEpoch", args }) };
}

/** The transaction that activates a confirmed epoch. */
export function activateIntent(registry: Address, entry: EpochEntry, proof: Hex): Intent {
  const args = [entry.committeeId, entry.epoch, proof] as const;
  return { to: registry, data: encodeFunctionData({ abi: committeeRegistryAbi, functionName: "activateEpoch", args }) };
}
