import type { Address, Hex } from "viem";
import type { AgentId, CommitteeId, DecisionId, Epoch } from "../decision/ids.ts";

/** The message the group key signs for one approved decision, as plain data. The signing library hashes it itself. */
export interface AuthorizationIntent {
  readonly kind: "authorization";
  readonly chainId: bigint;
  readonly vault: Address;
  readonly decisionId: DecisionId;
  readonly agentId: AgentId;
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly payloadHash: Hex;
  readonly policyHash: Hex;
  readonly deadline: bigint;
  /** The decision registry. */
  readonly registry: Address;
}
