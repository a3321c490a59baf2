import type { Action } from "@synod/core";
import { type Address, type Hex, parseEventLogs } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import { type BindingParameters, toBinding } from "../binding.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import { randomSalt } from "../random-salt.ts";
import { confirmTransaction, outcomeOf, requireEvent, type TransactionOutcome } from "../transactions.ts";

/** What to submit, and to whom. */
export type SubmitDecisionParameters = AccountParameter &
  BindingParameters & {
    readonly decisionRegistry: Address;
    readonly agentId: Hex;
    /** The payload. Its chain and vault must be the agent's. */
    readonly action: Action;
    /** Last second of chain time at which the decision can be resolved or executed; at most 30 days away. */
    readonly deadline: bigint;
    /** 32 bytes that let one submitter submit the same payload twice. Default: random. */
    readonly salt?: Hex | undefined;
  };

/** The new decision and the transaction that made it. */
export type SubmitDecisionReturnType = TransactionOutcome & {
  readonly decisionId: Hex;
  /** Epoch that must resolve and sign it. */
  readonly epoch: bigint;
};

/** Errors of {@link submitDecision}. */
export type SubmitDecisionErrorType = SynodSdkError;

/**
 * Submits a decision and waits until it is in a block.
 * Side effects: sends one transaction. Errors: `SynodSdkError`; refusals of the registry as CONTRACT_REVERTED.
 */
export function submitDecision(
  client: ReadClient,
  parameters: SubmitDecisionParameters,
): Promise<SubmitDecisionReturnType> {
  const { decisionRegistry, agentId, action, deadline } = parameters;
  const binding = toBinding(parameters);
  const salt = parameters.salt ?? randomSalt();
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "submit",
      args: [agentId, action, deadline, binding, salt],
    });
    const receipt = await confirmTransaction(client, await writeContract(client, request));
    const events = parseEventLogs({ abi: decisionRegistryAbi, logs: receipt.logs, eventName: "DecisionSubmitted" });
    const { decisionId, epoch } = requireEvent(events[0], "DecisionSubmitted", receipt).args;
    return { ...outcomeOf(receipt), decisionId, epoch };
  });
}
