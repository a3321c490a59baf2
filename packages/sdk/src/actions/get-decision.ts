import type { Address, Hex } from "viem";
import { readContract } from "viem/actions";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import { type DecisionRecord, toDecisionRecord } from "../records/decision-record.ts";

/** Which decision to read. */
export type GetDecisionParameters = {
  readonly decisionRegistry: Address;
  readonly decisionId: Hex;
  /** Block to read at. Default: the newest. */
  readonly blockNumber?: bigint | undefined;
};

/** All stored facts of the decision and its state. */
export type GetDecisionReturnType = DecisionRecord;

/** Errors of {@link getDecision}. */
export type GetDecisionErrorType = SynodSdkError;

/** Reads a decision. Errors: UNKNOWN_ID when there is none of this id. */
export function getDecision(client: ReadClient, parameters: GetDecisionParameters): Promise<GetDecisionReturnType> {
  const { decisionRegistry, decisionId, blockNumber } = parameters;
  return withSynodErrors(async () => {
    const view = await readContract(client, {
      address: decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "decisionOf",
      args: [decisionId],
      ...(blockNumber === undefined ? {} : { blockNumber }),
    });
    return toDecisionRecord(decisionId, view);
  });
}
