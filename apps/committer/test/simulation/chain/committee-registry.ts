import {
  committeeId as computeCommitteeId,
  epochAbandonmentDigest,
  epochConfirmationDigest,
  epochProposalDigest,
  membersHash as hashMembers,
  proofOfPossessionDigest,
  type SignedBy,
  toCommitteeId,
  toEpoch,
} from "@synod/core";
import { committeeRegistryAbi } from "@synod/sdk";
import {
  type Address,
  concat,
  getAddress,
  type Hex,
  isAddressEqual,
  keccak256,
  size,
  slice,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import type { ListedMember } from "../../../src/journal/events.ts";
import { type Environment, emit } from "./environment.ts";
import { Revert } from "./revert.ts";
import { recover } from "./signatures.ts";
import type { CommitteeRow, EpochRow } from "./state.ts";

/** The registry's numbers for an epoch's status, by name. */
export const EPOCH_STATUS = { none: 0, proposed: 1, confirmed: 2, active: 3, retired: 4, abandoned: 5 } as const;

const FIELD = 2n ** 256n - 2n ** 32n - 977n;
const NO_EPOCH: EpochRow = {
  minSigners: 0,
  quorum: 0,
  membersHash: zeroHash,
  members: [],
  identities: [],
  groupKey: { x: zeroHash, y: zeroHash },
  groupAddress: zeroAddress,
  isKeyNew: false,
  recordHash: zeroHash,
  confirmations: 0n,
  proposedAt: 0n,
  activatedAt: 0n,
  retiredAt: 0n,
  abandonedAt: 0n,
};

type Terms = {
  readonly members: readonly ListedMember[];
  readonly minSigners: number;
  readonly quorum: number;
  readonly membersHash: Hex;
};

function isPoint(x: Hex, y: Hex): boolean {
  const [a, b] = [BigInt(x), BigInt(y)];
  return a < FIELD && b < FIELD && (b * b) % FIELD === (((a * a) % FIELD) * a + 7n) % FIELD;
}

function addressOf(x: Hex, y: Hex): Address {
  return getAddress(slice(keccak256(concat([x, y])), 12));
}

function event(env: Environment, name: string, args: readonly unknown[]): void {
  emit(env, env.committeeRegistry, committeeRegistryAbi, name, args);
}

/** An epoch's status as a number, from its facts. */
export function statusOf(epoch: EpochRow): number {
  if (epoch.proposedAt === 0n) return EPOCH_STATUS.none;
  if (epoch.abandonedAt !== 0n) return EPOCH_STATUS.abandoned;
  if (epoch.retiredAt !== 0n) return EPOCH_STATUS.retired;
  if (epoch.activatedAt !== 0n) return EPOCH_STATUS.active;
  const all = (1n << BigInt(epoch.members.length)) - 1n;
  return epoch.confirmations === all ? EPOCH_STATUS.confirmed : EPOCH_STATUS.proposed;
}

/** An epoch of a committee, empty when there is none. */
export function epochOf(env: Environment, committeeId: Hex, epoch: bigint): EpochRow {
  return env.state.committees.get(committeeId)?.epochs.get(epoch) ?? NO_EPOCH;
}

/** Number of a committee's active epoch, 0 if it has none. */
export function activeEpoch(env: Environment, committeeId: Hex): bigint {
  return env.state.committees.get(committeeId)?.activeEpoch ?? 0n;
}

function known(env: Environment, committeeId: Hex): CommitteeRow {
  const committee = env.state.committees.get(committeeId);
  if (committee === undefined) throw new Revert("CommitteeUnknown", [committeeId]);
  return committee;
}

function checkNumbers(count: number, minSigners: number, quorum: number): void {
  const size = BigInt(count);
  if (count < 2 || count > 64) throw new Revert("CommitteeSizeInvalid", [size]);
  if (minSigners < 2 || minSigners > count) throw new Revert("CommitteeMinSignersInvalid", [minSigners, size]);
  const faulty = Math.floor((count - 1) / 3);
  if (quorum > count || 2 * quorum <= count + faulty) throw new Revert("CommitteeQuorumInvalid", [quorum, size]);
}

function identitiesOf(members: readonly ListedMember[]): readonly Address[] {
  const list: Address[] = [];
  for (const [index, { x, y, endpoint }] of members.entries()) {
    if (!isPoint(x, y)) throw new Revert("CommitteeIdentityKeyInvalid", [BigInt(index), x, y]);
    const length = size(stringToHex(endpoint));
    if (length > 256) throw new Revert("CommitteeEndpointTooLong", [BigInt(index), BigInt(length)]);
    const identity = addressOf(x, y);
    if (list.includes(identity)) throw new Revert("CommitteeIdentityKeyRepeated", [BigInt(index), identity]);
    list.push(identity);
  }
  return list;
}

function write(env: Environment, committeeId: Hex, committee: CommitteeRow): void {
  env.state.committees.set(committeeId, committee);
}

function withEpoch(committee: CommitteeRow, number: bigint, epoch: EpochRow): CommitteeRow {
  return { ...committee, epochs: new Map(committee.epochs).set(number, epoch) };
}

function open(env: Environment, committeeId: Hex, committee: CommitteeRow, terms: Terms): bigint {
  const { members, minSigners, quorum, membersHash } = terms;
  const last = committee.epochs.get(committee.latestEpoch);
  const isUnfinished = last !== undefined && isHalfDone(last);
  const cleared = isUnfinished
    ? withEpoch(committee, committee.latestEpoch, { ...last, abandonedAt: env.time })
    : committee;
  if (isUnfinished) event(env, "EpochAbandoned", [committeeId, committee.latestEpoch]);
  checkNumbers(members.length, minSigners, quorum);
  const identities = identitiesOf(members);
  const number = committee.latestEpoch + 1n;
  const epoch = { ...NO_EPOCH, minSigners, quorum, membersHash, members, identities, proposedAt: env.time };
  write(env, committeeId, { ...withEpoch(cleared, number, epoch), latestEpoch: number });
  event(env, "EpochProposed", [committeeId, number, env.sender, members, minSigners, quorum, membersHash]);
  return number;
}

function isHalfDone(epoch: EpochRow): boolean {
  const status = statusOf(epoch);
  return status === EPOCH_STATUS.proposed || status === EPOCH_STATUS.confirmed;
}

function active(committeeId: Hex, committee: CommitteeRow): EpochRow {
  const epoch = committee.epochs.get(committee.activeEpoch);
  if (epoch === undefined) throw new Revert("CommitteeNotActive", [committeeId]);
  return epoch;
}

function withStatus(committeeId: Hex, committee: CommitteeRow, number: bigint, needed: number): EpochRow {
  const epoch = committee.epochs.get(number) ?? NO_EPOCH;
  const status = statusOf(epoch);
  if (status !== needed) throw new Revert("CommitteeUnexpectedStatus", [committeeId, number, status]);
  return epoch;
}

function identityOf(epoch: EpochRow, memberIndex: number): Address {
  const identity = epoch.identities[memberIndex];
  if (identity === undefined) throw new Revert("CommitteeMemberUnknown", [memberIndex, epoch.members.length]);
  return identity;
}

function checkSignature(digest: Hex, signature: Hex, expected: Address): void {
  const recovered = recover(digest, signature);
  if (!isAddressEqual(recovered, expected)) throw new Revert("CommitteeSignerMismatch", [recovered, expected]);
}

/** Checks that a quorum of an epoch's members signed a digest, and not fewer than `atLeast`; bit i: member i signed. */
export function checkQuorum(
  epoch: EpochRow,
  atLeast: number,
  digest: Hex,
  signatures: readonly { readonly memberIndex: number; readonly signature: Hex }[],
): bigint {
  const needed = Math.max(epoch.quorum, atLeast);
  if (signatures.length < needed || epoch.quorum === 0)
    throw new Revert("CommitteeQuorumNotReached", [BigInt(signatures.length), needed]);
  let signers = 0n;
  for (const [position, { memberIndex, signature }] of signatures.entries()) {
    const previous = signatures[position - 1];
    if (previous !== undefined && memberIndex <= previous.memberIndex)
      throw new Revert("CommitteeMembersNotAscending", [previous.memberIndex, memberIndex]);
    checkSignature(digest, signature, identityOf(epoch, memberIndex));
    signers |= 1n << BigInt(memberIndex);
  }
  return signers;
}

/** Proposes a committee and its first epoch; gives the committee's id. */
export function proposeCommittee(
  env: Environment,
  [salt, members, minSigners, quorum]: readonly [Hex, readonly ListedMember[], number, number],
): Hex {
  const membersHash = hashMembers(members);
  const place = { chainId: env.chainId, registry: env.committeeRegistry };
  const content = { proposer: env.sender, salt, membersHash, minSigners, quorum };
  const committeeId = computeCommitteeId(place, content);
  if (env.state.committees.has(committeeId)) throw new Revert("CommitteeAlreadyExists", [committeeId]);
  const committee = { proposer: env.sender, latestEpoch: 0n, activeEpoch: 0n, epochs: new Map() };
  open(env, committeeId, committee, { members, minSigners, quorum, membersHash });
  return committeeId;
}

/** Proposes the next epoch with the approval of a quorum of the active one; gives its number. */
export function proposeEpoch(
  env: Environment,
  [committeeId, members, minSigners, quorum, approvals]: readonly [
    Hex,
    readonly ListedMember[],
    number,
    number,
    readonly SignedBy[],
  ],
): bigint {
  const committee = known(env, committeeId);
  const approving = active(committeeId, committee);
  const membersHash = hashMembers(members);
  const digest = epochProposalDigest(env, {
    committeeId: toCommitteeId(committeeId),
    epoch: toEpoch(committee.latestEpoch + 1n),
    membersHash,
    minSigners,
    quorum,
    approvingEpoch: toEpoch(committee.activeEpoch),
  });
  checkQuorum(approving, 0, digest, approvals);
  return open(env, committeeId, committee, { members, minSigners, quorum, membersHash });
}

/** Gives up a half-done epoch. */
export function abandonEpoch(
  env: Environment,
  [committeeId, epoch, approvals]: readonly [Hex, bigint, readonly SignedBy[]],
): void {
  const committee = known(env, committeeId);
  const row = committee.epochs.get(epoch) ?? NO_EPOCH;
  if (!isHalfDone(row)) throw new Revert("CommitteeUnexpectedStatus", [committeeId, epoch, statusOf(row)]);
  if (epoch === 1n) {
    if (!isAddressEqual(env.sender, committee.proposer))
      throw new Revert("CommitteeNotProposer", [env.sender, committee.proposer]);
  } else {
    const message = { committeeId: toCommitteeId(committeeId), epoch: toEpoch(epoch) };
    checkQuorum(active(committeeId, committee), 0, epochAbandonmentDigest(env, message), approvals);
  }
  write(env, committeeId, withEpoch(committee, epoch, { ...row, abandonedAt: env.time }));
  event(env, "EpochAbandoned", [committeeId, epoch]);
}

type Confirmation = readonly [Hex, bigint, number, { readonly x: Hex; readonly y: Hex }, Hex, Hex];

/** Records a member's signed confirmation of an epoch's group key. */
export function confirmEpoch(
  env: Environment,
  [committeeId, epoch, memberIndex, groupKey, recordHash, signature]: Confirmation,
): void {
  const committee = known(env, committeeId);
  const proposed = withStatus(committeeId, committee, epoch, EPOCH_STATUS.proposed);
  const { membersHash, minSigners, quorum } = proposed;
  const digest = epochConfirmationDigest(env, {
    committeeId: toCommitteeId(committeeId),
    epoch: toEpoch(epoch),
    membersHash,
    minSigners,
    quorum,
    groupKeyX: groupKey.x,
    groupKeyY: groupKey.y,
    recordHash,
  });
  checkSignature(digest, signature, identityOf(proposed, memberIndex));
  const confirmed = confirm(proposed, memberIndex, groupKey, recordHash);
  write(env, committeeId, withEpoch(committee, epoch, confirmed));
  event(env, "EpochConfirmed", [committeeId, epoch, memberIndex, groupKey, recordHash]);
}

function confirm(
  epoch: EpochRow,
  memberIndex: number,
  groupKey: { readonly x: Hex; readonly y: Hex },
  recordHash: Hex,
): EpochRow {
  const bit = 1n << BigInt(memberIndex);
  if ((epoch.confirmations & bit) !== 0n) throw new Revert("CommitteeAlreadyConfirmed", [memberIndex]);
  const confirmations = epoch.confirmations | bit;
  const given = addressOf(groupKey.x, groupKey.y);
  if (epoch.confirmations === 0n) {
    if (!isPoint(groupKey.x, groupKey.y)) throw new Revert("CommitteeGroupKeyInvalid", [groupKey.x, groupKey.y]);
    return { ...epoch, groupKey, groupAddress: given, recordHash, confirmations };
  }
  if (!isAddressEqual(given, epoch.groupAddress) || recordHash !== epoch.recordHash)
    throw new Revert("CommitteeConfirmationMismatch", [
      memberIndex,
      given,
      recordHash,
      epoch.groupAddress,
      epoch.recordHash,
    ]);
  return { ...epoch, confirmations };
}

/** Makes a confirmed epoch the active one, with a signature of its group key as proof. */
export function activateEpoch(env: Environment, [committeeId, epoch, proof]: readonly [Hex, bigint, Hex]): void {
  const committee = known(env, committeeId);
  const confirmed = withStatus(committeeId, committee, epoch, EPOCH_STATUS.confirmed);
  const { membersHash, groupKey, groupAddress } = confirmed;
  const message = {
    committeeId: toCommitteeId(committeeId),
    epoch: toEpoch(epoch),
    membersHash,
    groupKeyX: groupKey.x,
    groupKeyY: groupKey.y,
  };
  checkSignature(proofOfPossessionDigest(env, message), proof, groupAddress);
  const previous = committee.epochs.get(committee.activeEpoch);
  const isKeyNew = previous === undefined || !isAddressEqual(previous.groupAddress, groupAddress);
  let next = withEpoch(committee, epoch, { ...confirmed, activatedAt: env.time, isKeyNew });
  if (previous !== undefined) {
    next = withEpoch(next, committee.activeEpoch, { ...previous, retiredAt: env.time });
    event(env, "EpochRetired", [committeeId, committee.activeEpoch]);
  }
  write(env, committeeId, { ...next, activeEpoch: epoch });
  event(env, "EpochActivated", [committeeId, epoch, groupAddress, groupKey, isKeyNew]);
}

/** All facts of an epoch as the registry tells them. */
export function epochView(env: Environment, committeeId: Hex, epoch: bigint) {
  const row = epochOf(env, committeeId, epoch);
  const { members: _members, identities: _identities, ...facts } = row;
  return { ...facts, status: statusOf(row), memberCount: row.members.length };
}

/** All facts of a committee as the registry tells them. */
export function committeeView(env: Environment, committeeId: Hex) {
  const { proposer, latestEpoch, activeEpoch: number } = known(env, committeeId);
  return { proposer, latestEpoch, activeEpoch: number };
}
