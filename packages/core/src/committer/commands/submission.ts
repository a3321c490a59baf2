import { memberOrder, turnOf } from "../../execution/leader-order.ts";
import { transactionKey } from "../../execution/reduce-transactions.ts";
import type { TransactionPurpose } from "../../execution/transaction.ts";
import type { Seat } from "./context.ts";

/**
 * Whether it is this committer's turn to submit: nothing of its own is under way or done, it has not failed too often,
 * and its place in the decision's order has come. After a failure everybody else gets a turn first.
 */
export function isOwnTurn(seat: Seat, purpose: TransactionPurpose, fromBlock: bigint): boolean {
  const { state, view, work, committee, self } = seat;
  if (state.transactions.has(transactionKey(purpose, work.decision.id))) return false;
  if (work.landed[purpose] !== undefined) return false;
  const { submitStaggerBlocks, maxFailures } = view.settings;
  const memberCount = committee.members.length;
  const failures = work.failures[purpose];
  if (failures !== undefined) {
    if (failures.count >= maxFailures) return false;
    return view.head.number >= failures.atBlock + BigInt(memberCount) * submitStaggerBlocks;
  }
  const order = memberOrder(work.decision.id, purpose, memberCount);
  return view.head.number >= turnOf(order, self, fromBlock, submitStaggerBlocks);
}
