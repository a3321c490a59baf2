import type { AccountParameter } from "../account.ts";
import type { ReadClient } from "../client.ts";
import { type RegistryCodes, registryCreations } from "../deployment/creations.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { type DeployDeterministicReturnType, deployDeterministic } from "./deploy-deterministic.ts";

/** What to deploy. */
export type DeployRegistriesParameters = AccountParameter & { readonly codes: RegistryCodes };

/** Both registries and what reads policies, each with the transaction that deployed it, if one was needed. */
export type DeployRegistriesReturnType = Readonly<Record<keyof RegistryCodes, DeployDeterministicReturnType>>;

/** Errors of {@link deployRegistries}. */
export type DeployRegistriesErrorType = SynodSdkError;

/**
 * Deploys both registries, and what reads policies for the second, where they stand on every chain, as far as they do not
 * stand there yet. Side effects: sends up to three transactions. Errors: CONTRACT_MISSING on a chain without the deployment proxy.
 */
export async function deployRegistries(
  client: ReadClient,
  { codes, account }: DeployRegistriesParameters,
): Promise<DeployRegistriesReturnType> {
  const creations = registryCreations(codes);
  const policyEngine = await deployDeterministic(client, { ...creations.policyEngine, account });
  const committeeRegistry = await deployDeterministic(client, { ...creations.committeeRegistry, account });
  const decisionRegistry = await deployDeterministic(client, { ...creations.decisionRegistry, account });
  return { policyEngine, committeeRegistry, decisionRegistry };
}
