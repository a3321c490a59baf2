import type { MemberIndex } from "../../decision/ids.ts";
import type { CommitterState, DecisionWork } from "../state.ts";
import type { CommitteeView, CommitterView } from "../view.ts";

/** What a rule for one decision is given: the decision's work, this committer's seat, and all that is known. */
export interface Seat {
  readonly state: CommitterState;
  readonly view: CommitterView;
  readonly work: DecisionWork;
  readonly committee: CommitteeView;
  readonly self: MemberIndex;
}

/** How many whole `length`s lie between two blocks: the number of a period. */
export function periodOf(now: bigint, from: bigint, length: bigint): bigint {
  return now < from ? 0n : (now - from) / length;
}
