import type { Address, Hex } from "viem";
import { readContract } from "viem/actions";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import type { AgentRecord } from "../records/agent-record.ts";
import { presentTime } from "../records/present-time.ts";

/** Which agent to read. */
export type GetAgentParameters = { readonly decisionRegistry: Address; readonly agentId: Hex };

/** The agent's terms, sequence and state root. */
export type GetAgentReturnType = AgentRecord;

/** Errors of {@link getAgent}. */
export type GetAgentErrorType = SynodSdkError;

/** Reads an agent. Errors: UNKNOWN_ID when there is none of this id. */
export function getAgent(client: ReadClient, parameters: GetAgentParameters): Promise<GetAgentReturnType> {
  return withSynodErrors(async () => {
    const { terms, ...facts } = await readContract(client, {
      address: parameters.decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "agentOf",
      args: [parameters.agentId],
    });
    return { id: parameters.agentId, ...terms, ...facts, pausedUntil: presentTime(facts.pausedUntil) };
  });
}
