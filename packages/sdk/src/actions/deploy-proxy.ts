import { getBalance, getCode, sendRawTransaction, sendTransaction } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import { DEPLOYMENT_PROXY } from "../deployment/deployment-proxy.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";

/** Who pays. */
export type DeployProxyParameters = AccountParameter;

/** The transaction that deployed the proxy; undefined when it stood there already. */
export type DeployProxyReturnType = TransactionOutcome | undefined;

/** Errors of {@link deployProxy}. */
export type DeployProxyErrorType = SynodSdkError;

/**
 * Puts the deterministic deployment proxy on a chain that does not have it yet; most chains do.
 * Side effects: sends its signer what the presigned transaction costs (0.01 of the native coin, less what it has), then
 * that transaction. Errors: RPC_FAILED where a chain takes no transaction without a chain id.
 */
export function deployProxy(
  client: ReadClient,
  parameters: DeployProxyParameters = {},
): Promise<DeployProxyReturnType> {
  return withSynodErrors(async () => {
    if ((await getCode(client, { address: DEPLOYMENT_PROXY.address })) !== undefined) return undefined;
    await payItsSigner(client, parameters);
    const hash = await sendRawTransaction(client, { serializedTransaction: DEPLOYMENT_PROXY.transaction });
    return outcomeOf(await confirmTransaction(client, hash));
  });
}

async function payItsSigner(client: ReadClient, { account }: DeployProxyParameters): Promise<void> {
  const missing = DEPLOYMENT_PROXY.cost - (await getBalance(client, { address: DEPLOYMENT_PROXY.signer }));
  if (missing <= 0n) return;
  const payment = { to: DEPLOYMENT_PROXY.signer, value: missing, chain: client.chain };
  await confirmTransaction(
    client,
    await sendTransaction(client, { ...payment, account: requireAccount(client, account) }),
  );
}
