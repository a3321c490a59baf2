import {
  type CommitteeRegistryPlace,
  epochKey,
  type PeerId,
  type Transport,
  toCommitteeId,
  toEpoch,
} from "@synod/core";
import type { Hex } from "viem";
import type { Alarms } from "../alarms.ts";
import type { ChainMoment } from "../chain/follower.ts";
import type { EpochBook, EpochEntry, EpochMember } from "../committee/epoch-book.ts";
import type { Identity } from "../identity.ts";
import type { AuditHeadKept } from "../journal/events.ts";
import type { AuditLog } from "./audit-log.ts";
import type { HeadBook } from "./head-book.ts";

/** What asking for co-signatures, and giving them, needs. */
export type HeadContext = CommitteeRegistryPlace & {
  readonly identity: Pick<Identity, "address" | "sign">;
  readonly audit: Pick<AuditLog, "head" | "headAt" | "entryHashes">;
  readonly book: EpochBook;
  readonly heads: HeadBook;
  /** Makes an event durable, then folds it. */
  readonly record: (event: AuditHeadKept) => void;
  readonly transport: Pick<Transport, "send" | "connected">;
  /** The last moment of the chain. */
  readonly moment: () => ChainMoment;
  /** Records after which a head is shown to the others. */
  readonly headRecords: number;
  /** Blocks after which it is, however little was added. */
  readonly headBlocks: number;
  readonly alarms: Alarms;
};

/** A peer as a member of an epoch of this committer's. */
export type Colleague = { readonly entry: EpochEntry; readonly member: EpochMember };

/** The peer in an epoch that is active, or was; `undefined` when it is no member of such an epoch of this committer's. */
export function colleagueIn(
  { book }: Pick<HeadContext, "book">,
  name: { readonly committeeId: Hex; readonly epoch: bigint },
  peer: PeerId,
): Colleague | undefined {
  const entry = name.epoch > 0n ? book.get(epochKey(toCommitteeId(name.committeeId), toEpoch(name.epoch))) : undefined;
  if (entry?.facts?.status !== "active" && entry?.facts?.status !== "retired") return undefined;
  const member = entry.members.find((one) => one.peer === peer && one.memberIndex !== entry.self);
  return member && { entry, member };
}
