import { type Action, decisionId, payloadHash, toAgentId } from "@synod/core";
import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbiParameters,
  stringToHex,
} from "viem";
import { type BindingParameters, toBinding } from "../binding.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";

/** A decision that voters are to ask for, and where. */
export type EncodeDecisionProposalParameters = BindingParameters & {
  readonly decisionRegistry: Address;
  /** The agent's submitter: the account that executes proposals, which is the governor's timelock if it has one. */
  readonly submitter: Address;
  readonly agentId: Hex;
  /** The payload. Its chain and vault must be the agent's. */
  readonly action: Action;
  /**
   * Last second of chain time at which the decision can be resolved or executed. The registry counts from the execution
   * of the proposal: later than then + veto window, at most 30 days from then.
   */
  readonly deadline: bigint;
  /** 32 bytes that let one submitter submit the same payload twice. */
  readonly salt: Hex;
  /** What voters read. A last line `#proposer=0x…` keeps everybody else from making the same proposal. */
  readonly description: string;
};

/** A proposal of one call, in the form in which a governor takes it, and the ids that follow from it. */
export type DecisionProposal = {
  readonly targets: readonly [Address];
  readonly values: readonly [bigint];
  readonly calldatas: readonly [Hex];
  readonly description: string;
  /** keccak256 of the description: what `queue` and `execute` take. */
  readonly descriptionHash: Hex;
  /** Id under which the governor knows the proposal. */
  readonly proposalId: bigint;
  /** Id that the decision will have once the proposal is executed. */
  readonly decisionId: Hex;
};

const PROPOSAL = parseAbiParameters("address[], uint256[], bytes[], bytes32");

/**
 * Encodes the submission of a decision as a proposal of an OpenZeppelin Governor. Pure: the same parameters give the
 * same proposal. Errors: `INVALID_ID` of the core for an agent id that is none.
 */
export function encodeDecisionProposal(parameters: EncodeDecisionProposalParameters): DecisionProposal {
  const { decisionRegistry, action, deadline, salt, description } = parameters;
  const agentId = toAgentId(parameters.agentId);
  const binding = toBinding(parameters);
  const data = encodeFunctionData({
    abi: decisionRegistryAbi,
    functionName: "submit",
    args: [agentId, action, deadline, binding, salt],
  });
  const call = { targets: [decisionRegistry], values: [0n], calldatas: [data] } as const;
  const descriptionHash = keccak256(stringToHex(description));
  const encoded = encodeAbiParameters(PROPOSAL, [call.targets, call.values, call.calldatas, descriptionHash]);
  return {
    ...call,
    description,
    descriptionHash,
    proposalId: BigInt(keccak256(encoded)),
    decisionId: decisionId(
      { chainId: action.chainId, registry: decisionRegistry },
      {
        agentId,
        submitter: parameters.submitter,
        payloadHash: payloadHash(action),
        deadline,
        ...binding,
        salt,
      },
    ),
  };
}
