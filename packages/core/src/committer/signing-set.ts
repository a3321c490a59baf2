import type { DecisionId, MemberIndex } from "../decision/ids.ts";
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

/**
 * The order in which an attempt asks the members. Attempts come in cycles with a hash order each; every attempt of a
 * cycle puts another n - t of its members last, so that whoever fails is left out within ⌈n / (n - t)⌉ attempts.
 */
function askingOrder(decisionId: DecisionId, attempt: number, { members, minSigners }: CommitteeView) {
  const spare = Math.max(members.length - minSigners, 1);
  const attemptsPerCycle = Math.ceil(members.length / spare);
  const cycle = Math.floor(attempt / attemptsPerCycle);
  const order = memberOrder(decisionId, { kind: "sign", cycle }, members.length);
  const shift = ((attempt % attemptsPerCycle) * spare) % members.length;
  return [...order.slice(shift), ...order.slice(0, shift)];
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
  const alive = aliveMembers(committee, presence);
  const order = askingOrder(decisionId, attempt, committee);
  const signers = order.filter((memberIndex) => alive.has(memberIndex)).slice(0, committee.minSigners);
  return signers.length === committee.minSigners ? signers.sort((a, b) => a - b) : undefined;
}

/** Number of the signing attempt that runs at a finalised block, from 0; `undefined` before the ready block. */
export function attemptAt(finalisedBlock: bigint, readyBlock: bigint, attemptBlocks: bigint): number | undefined {
  return finalisedBlock < readyBlock ? undefined : Number((finalisedBlock - readyBlock) / attemptBlocks);
}
