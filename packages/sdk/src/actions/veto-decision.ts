import type { Address, Hex } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";

/** Which decision to stop. */
export type VetoDecisionParameters = AccountParameter & {
  readonly decisionRegistry: Address;
  readonly decisionId: Hex;
};

/** The transaction that stopped it. */
export type VetoDecisionReturnType = TransactionOutcome;

/** Errors of {@link vetoDecision}. */
export type VetoDecisionErrorType = SynodSdkError;

/**
 * Stops an approved decision inside its veto window; only the agent's guardian may.
 * Side effects: sends one transaction. Errors: CONTRACT_REVERTED outside of the window or from another account.
 */
export function vetoDecision(client: ReadClient, parameters: VetoDecisionParameters): Promise<VetoDecisionReturnType> {
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: parameters.decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "veto",
      args: [parameters.decisionId],
    });
    return outcomeOf(await confirmTransaction(client, await writeContract(client, request)));
  });
}
