import type { Hex } from "viem";
import { concat, keccak256 } from "viem/utils";
import type { DecisionId } from "./ids.ts";

/**
 * Public randomness of one decision's signature, 32 bytes: keccak256 over the hash of the finalised block that holds
 * `DecisionApproved` and the decision id. Nobody knows it before the result is on chain.
 */
export function beaconOf(approvalBlockHash: Hex, decisionId: DecisionId): Hex {
  return keccak256(concat([approvalBlockHash, decisionId]));
}
