import type { Command } from "../command.ts";
import { findQuorum } from "../quorum.ts";
import type { Seat } from "./context.ts";
import { isOwnTurn } from "./submission.ts";

/** Post the result once a quorum agrees, unless the chain shows one, in the order of the decision. */
export function postResultCommands(seat: Seat): readonly Command[] {
  const { work, view, committee } = seat;
  const decisionId = work.decision.id;
  if (view.headResolved.has(decisionId) || view.head.time > work.decision.deadline) return [];
  const reached = findQuorum(work, committee.members.length, work.decision.quorum);
  if (reached === undefined || !isOwnTurn(seat, "postResult", reached.atBlock)) return [];
  const { reply, resultHash, attestations } = reached;
  const failures = work.failures.postResult?.count ?? 0;
  return [{ kind: "PostResult", decisionId, reply, resultHash, attestations, failures }];
}
