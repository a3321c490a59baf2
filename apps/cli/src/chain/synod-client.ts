import { type SynodActions, synodActions, toSynodSdkError } from "@synod/sdk";
import {
  type Account,
  type Chain,
  type Client,
  createClient,
  http,
  type PublicActions,
  publicActions,
  type Transport,
} from "viem";
import type { Deployment } from "../deployment/deployment.ts";
import { CliError } from "../errors/cli-error.ts";
import { chainOf, POLLING_INTERVAL_MS } from "./account-client.ts";

/** A client of one deployment: reads the chain, knows the registries, sends from the account if it has one. */
export type SynodClient = Client<
  Transport,
  Chain,
  Account | undefined,
  undefined,
  PublicActions<Transport, Chain> & SynodActions
>;

/** What `connect` needs of a deployment. */
export type ConnectTarget = Pick<Deployment, "chainId" | "rpcUrl" | "committeeRegistry" | "decisionRegistry">;

/** A client of a deployment. Makes no request yet. */
export function createSynodClient(target: ConnectTarget, account?: Account): SynodClient {
  const client = createClient({
    ...(account === undefined ? {} : { account }),
    chain: chainOf(target),
    pollingInterval: POLLING_INTERVAL_MS,
    transport: http(target.rpcUrl),
  })
    .extend(publicActions)
    .extend(synodActions(target));
  return client as SynodClient;
}

/**
 * Connects to a deployment's chain and makes sure that it is the one the deployment names and holds its registry.
 * Errors: RPC_UNREACHABLE, WRONG_CHAIN.
 */
export async function connect(target: ConnectTarget, account?: Account): Promise<SynodClient> {
  const client = createSynodClient(target, account);
  await requireChain(client, target);
  return client;
}

type ChainReader = Pick<SynodClient, "getChainId" | "getCode">;

async function requireChain(client: ChainReader, target: ConnectTarget): Promise<void> {
  const chainId = await reach(target.rpcUrl, () => client.getChainId());
  if (chainId !== target.chainId)
    throw wrongChain(target.rpcUrl, `the chain has id ${chainId}, the deployment says ${target.chainId}`);
  const code = await reach(target.rpcUrl, () => client.getCode({ address: target.decisionRegistry }));
  if (code === undefined)
    throw wrongChain(target.rpcUrl, `there is no decision registry at ${target.decisionRegistry} on this chain`);
}

async function reach<T>(rpcUrl: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw new CliError(
      {
        code: "RPC_UNREACHABLE",
        what: toSynodSdkError(error).what,
        where: rpcUrl,
        remedy: "start the chain, or correct rpcUrl in the deployment file",
      },
      error,
    );
  }
}

function wrongChain(rpcUrl: string, what: string): CliError {
  return new CliError({
    code: "WRONG_CHAIN",
    what,
    where: rpcUrl,
    remedy: "point --deployment to the deployment of this chain",
  });
}
