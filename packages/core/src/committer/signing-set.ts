import { type DecisionId, type MemberIndex, toMemberIndex } from "../decision/ids.ts";
import { memberOrder } from "../execution/leader-order.ts";
import type { PeerId } from "../ports/transport.ts";
import type { CommitteeView } from "./view.ts";

/** Who could take part in a signing attempt, as one committer sees it. */
export interface Presence {
  readonly connected: ReadonlySet<PeerId>;
  readonly banned: ReadonlyMap<PeerId, string>;
}

/** Members that are connected, or self, and not banned. */
export function aliveMembers(committee: CommitteeView, presence: Presence): ReadonlySet<MemberIndex> {
  const alive = committee.members.filter(({ memberIndex, peer }) => {
    const isHere = memberIndex === committee.self || presence.connected.has(peer);
    return isHere && !presence.banned.has(peer);
  });
  return new Set(alive.map(({ memberIndex }) => memberIndex));
}

function rotated(order: readonly MemberIndex[], by: number): readonly MemberIndex[] {
  return [...order.slice(by), ...order.slice(0, by)];
}

function indexOrder({ members }: CommitteeView): readonly MemberIndex[] {
  return members.map(({ memberIndex }) => memberIndex).sort((a, b) => a - b);
}

/**
 * The first cycle goes round the members by index from one that the decision's hash chooses, so that its sets are few
 * and presignatures can wait for them. In a fixed order two members that fail and are no neighbours would never be left
 * out together: every later cycle has a hash order of its own.
 */
function cycleOrder(decisionId: DecisionId, cycle: number, committee: CommitteeView): readonly MemberIndex[] {
  const hashed = memberOrder(decisionId, { kind: "sign", cycle }, committee.members.length);
  const first = hashed[0];
  if (cycle > 0 || first === undefined) return hashed;
  const order = indexOrder(committee);
  return rotated(order, order.indexOf(first));
}

/**
 * The order in which an attempt asks the members. Attempts come in cycles with an order each; every attempt of a cycle
 * puts another n - t of its members last, so that whoever fails is left out within ⌈n / (n - t)⌉ attempts.
 */
function askingOrder(decisionId: DecisionId, attempt: number, committee: CommitteeView) {
  const { members, minSigners } = committee;
  const spare = Math.max(members.length - minSigners, 1);
  const attemptsPerCycle = Math.ceil(members.length / spare);
  const order = cycleOrder(decisionId, Math.floor(attempt / attemptsPerCycle), committee);
  return rotated(order, ((attempt % attemptsPerCycle) * spare) % members.length);
}

/**
 * The members that sign in an attempt, ascending: the first `minSigners` in the attempt's order that are alive.
 * Committers that see the same members alive derive the same set without talking. `undefined` when fewer than
 * `minSigners` are alive.
 */
export function signingSet(
  decisionId: DecisionId,
  attempt: number,
  committee: CommitteeView,
  presence: Presence,
): readonly MemberIndex[] | undefined {
  return firstAlive(askingOrder(decisionId, attempt, committee), committee, presence);
}

function firstAlive(order: readonly MemberIndex[], committee: CommitteeView, presence: Presence) {
  const alive = aliveMembers(committee, presence);
  const signers = order.filter((memberIndex) => alive.has(memberIndex)).slice(0, committee.minSigners);
  return signers.length === committee.minSigners ? signers.sort((a, b) => a - b) : undefined;
}

/**
 * The sets for which presignatures are kept: every set that {@link signingSet} can give in the first cycle of any
 * decision while the same members are alive. At most one for each member; none when fewer than `minSigners` are alive.
 */
export function pooledSets(committee: CommitteeView, presence: Presence): readonly (readonly MemberIndex[])[] {
  const order = indexOrder(committee);
  const sets = order.map((_, start) => firstAlive(rotated(order, start), committee, presence) ?? []);
  const distinct = new Map(sets.map((signers) => [signers.join(), signers]));
  return [...distinct.values()].filter(({ length }) => length > 0);
}

/**
 * The member of a signing set that has presignatures made for it and says which one an attempt uses: the first whose
 * predecessor by index, round the committee, is left out. Each of the pooled sets of a committee that is all alive has
 * another leader. All that a leader can do is to be slow, as any signer can.
 * @param signers not empty
 */
export function leaderOf(signers: readonly MemberIndex[], memberCount: number): MemberIndex {
  const ascending = [...signers].sort((a, b) => a - b);
  const isFirst = (memberIndex: number) =>
    !ascending.includes(toMemberIndex((memberIndex + memberCount - 1) % memberCount));
  return ascending.find(isFirst) ?? ascending[0] ?? toMemberIndex(0);
}

/** Number of the signing attempt that runs at a finalised block, from 0; `undefined` before the ready block. */
export function attemptAt(finalisedBlock: bigint, readyBlock: bigint, attemptBlocks: bigint): number | undefined {
  return finalisedBlock < readyBlock ? undefined : Number((finalisedBlock - readyBlock) / attemptBlocks);
}
