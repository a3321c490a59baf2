import { type Address, concat, type Hex } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { nameOfValue } from "./enumeration.ts";
import { memberIndicesOf } from "./member-indices.ts";
import { presentTime } from "./present-time.ts";

/** The statuses in the order of the contract's enumeration. */
const EPOCH_STATUSES = ["None", "Proposed", "Confirmed", "Active", "Retired", "Abandoned"] as const;

/** Where an epoch stands. */
export type EpochStatus = (typeof EPOCH_STATUSES)[number];

/** An affine secp256k1 point, 32 bytes per coordinate. */
export type PublicPoint = { readonly x: Hex; readonly y: Hex };

/** One member of an epoch. */
export type MemberRecord = {
  /** Position in the epoch, from 0. */
  readonly memberIndex: number;
  readonly publicKey: PublicPoint;
  /** Address of the identity key. */
  readonly address: Address;
  /** Where the member's committer listens, as a multiaddr. */
  readonly endpoint: string;
};

/** One epoch of a committee with its members. Times are chain times in seconds, undefined for "never". */
export type EpochRecord = {
  readonly epoch: bigint;
  readonly status: EpochStatus;
  readonly minSigners: number;
  readonly quorum: number;
  readonly membersHash: Hex;
  readonly members: readonly MemberRecord[];
  /** Members that have confirmed the group key. */
  readonly confirmedBy: readonly number[];
  /** The key the members agree on; undefined before the first confirmation. */
  readonly group: { readonly publicKey: PublicPoint; readonly address: Address; readonly recordHash: Hex } | undefined;
  /** Whether it brought another group key than the active epoch before: a rotation, or the first epoch. Once activated. */
  readonly isKeyNew: boolean;
  readonly proposedAt: bigint;
  readonly activatedAt: bigint | undefined;
  readonly retiredAt: bigint | undefined;
  readonly abandonedAt: bigint | undefined;
};

/** One committee and one of its epochs. */
export type CommitteeRecord = {
  readonly id: Hex;
  readonly proposer: Address;
  /** Newest epoch, whatever its status. */
  readonly latestEpoch: bigint;
  /** Active epoch; undefined if none is. */
  readonly activeEpoch: bigint | undefined;
  readonly epoch: EpochRecord;
};

/** The registry's own view of an epoch, as its ABI decodes. */
export type EpochView = {
  readonly status: number;
  readonly minSigners: number;
  readonly quorum: number;
  readonly memberCount: number;
  readonly membersHash: Hex;
  readonly groupKey: PublicPoint;
  readonly groupAddress: Address;
  readonly isKeyNew: boolean;
  readonly recordHash: Hex;
  readonly confirmations: bigint;
  readonly proposedAt: bigint;
  readonly activatedAt: bigint;
  readonly retiredAt: bigint;
  readonly abandonedAt: bigint;
};

/** A member as the registry stores it. */
export type MemberView = { readonly x: Hex; readonly y: Hex; readonly endpoint: string };

/** Turns the contract's view of an epoch and its members into a record. */
export function toEpochRecord(epoch: bigint, view: EpochView, members: readonly MemberView[]): EpochRecord {
  return {
    epoch,
    status: nameOfValue(EPOCH_STATUSES, view.status),
    minSigners: view.minSigners,
    quorum: view.quorum,
    membersHash: view.membersHash,
    members: members.map(toMemberRecord),
    confirmedBy: memberIndicesOf(view.confirmations),
    group:
      view.confirmations === 0n
        ? undefined
        : { publicKey: view.groupKey, address: view.groupAddress, recordHash: view.recordHash },
    isKeyNew: view.isKeyNew,
    proposedAt: view.proposedAt,
    activatedAt: presentTime(view.activatedAt),
    retiredAt: presentTime(view.retiredAt),
    abandonedAt: presentTime(view.abandonedAt),
  };
}

function toMemberRecord({ x, y, endpoint }: MemberView, memberIndex: number): MemberRecord {
  return { memberIndex, publicKey: { x, y }, address: publicKeyToAddress(concat(["0x04", x, y])), endpoint };
}
