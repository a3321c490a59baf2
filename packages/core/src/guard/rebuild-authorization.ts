import type { Address } from "viem";
import type { Decision } from "../decision/types.ts";
import type { AuthorizationIntent } from "./intent.ts";

/**
 * The authorization of a decision, rebuilt from its finalised record alone: nothing of it comes from a peer.
 * `registry` is the decision registry this committer obeys.
 */
export function rebuildAuthorization(decision: Decision, registry: Address): AuthorizationIntent {
  const { action, agentId, committeeId, epoch, payloadHash, policyHash, deadline } = decision;
  return {
    kind: "authorization",
    chainId: action.chainId,
    vault: action.vault,
    decisionId: decision.id,
    agentId,
    committeeId,
    epoch,
    payloadHash,
    policyHash,
    deadline,
    registry,
  };
}
