import { type Address, concat } from "viem";
import { call, getCode, sendTransaction } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import { DEPLOYMENT_PROXY } from "../deployment/deployment-proxy.ts";
import { type Creation, deterministicAddress } from "../deployment/deterministic-address.ts";
import { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";

/** What to deploy. */
export type DeployDeterministicParameters = AccountParameter & Creation;

/** The contract and the transaction that deployed it; undefined when it stood there already. */
export type DeployDeterministicReturnType = {
  readonly address: Address;
  readonly transaction: TransactionOutcome | undefined;
};

/** Errors of {@link deployDeterministic}. */
export type DeployDeterministicErrorType = SynodSdkError;

/**
 * Deploys a contract through the deterministic deployment proxy, unless it stands there already: whoever did it, the
 * address says that it is this very code.
 *
 * Side effects: sends one transaction or none. Errors: CONTRACT_MISSING on a chain without the proxy (`deployProxy`);
 * CONTRACT_REVERTED with the constructor's refusal.
 */
export function deployDeterministic(
  client: ReadClient,
  parameters: DeployDeterministicParameters,
): Promise<DeployDeterministicReturnType> {
  const address = deterministicAddress(parameters);
  return withSynodErrors(async () => {
    if (await hasCode(client, address)) return { address, transaction: undefined };
    if (!(await hasCode(client, DEPLOYMENT_PROXY.address))) throw proxyMissing();
    const account = requireAccount(client, parameters.account);
    // The proxy swallows the reason of a constructor that reverts. Created directly, it is told.
    await call(client, { account, data: parameters.creationCode });
    const data = concat([parameters.salt, parameters.creationCode]);
    const sending = { account, chain: client.chain, to: DEPLOYMENT_PROXY.address, data };
    const receipt = await confirmTransaction(client, await sendTransaction(client, sending));
    return { address, transaction: outcomeOf(receipt) };
  });
}

async function hasCode(client: ReadClient, address: Address): Promise<boolean> {
  return (await getCode(client, { address })) !== undefined;
}

function proxyMissing(): SynodSdkError {
  return new SynodSdkError({
    code: "CONTRACT_MISSING",
    what: `this chain has no deterministic deployment proxy at ${DEPLOYMENT_PROXY.address}`,
    remedy: "deploy it once with `deployProxy`",
  });
}
