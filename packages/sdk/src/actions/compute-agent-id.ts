import { ZERO_ADDRESS } from "@synod/core";
import type { Address, Hex } from "viem";
import { readContract } from "viem/actions";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import type { AgentTerms } from "../records/agent-record.ts";

/** What the id is computed from. The vault is no part of it: the vault is deployed for the id. */
export type ComputeAgentIdParameters = {
  readonly decisionRegistry: Address;
  /** Account that will register the agent. */
  readonly registrant: Address;
  /** 32 bytes, the same as at registration. */
  readonly salt: Hex;
  readonly terms: Omit<AgentTerms, "vault">;
};

/** The id the agent will have. */
export type ComputeAgentIdReturnType = Hex;

/** Errors of {@link computeAgentId}. */
export type ComputeAgentIdErrorType = SynodSdkError;

/** Asks the registry for the id an agent will have, so that its vault can be deployed before it is registered. */
export function computeAgentId(
  client: ReadClient,
  parameters: ComputeAgentIdParameters,
): Promise<ComputeAgentIdReturnType> {
  const { decisionRegistry, registrant, salt, terms } = parameters;
  return withSynodErrors(() =>
    readContract(client, {
      address: decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "computeAgentId",
      args: [registrant, salt, { ...terms, vault: ZERO_ADDRESS }],
    }),
  );
}
