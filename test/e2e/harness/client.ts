import { type Action, synodActions } from "@synod/sdk";
import { createWalletClient, defineChain, type Hex, http, parseUnits, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { actionOf, transferOf } from "./actions.ts";
import { type Deployment, first } from "./deployment.ts";

/** A client of the devnet that signs as one of its well-known accounts. */
export function clientOf(deployment: Deployment, name = "submitter") {
  const { chainId, rpcUrl, committeeRegistry, decisionRegistry } = deployment;
  const chain = defineChain({
    id: chainId,
    name: "devnet",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const account = privateKeyToAccount(deployment.accounts[name]?.privateKey ?? "0x");
  return createWalletClient({ account, chain, transport: http(), pollingInterval: 100 })
    .extend(publicActions)
    .extend(synodActions({ committeeRegistry, decisionRegistry }));
}

/** A client of the devnet. */
export type DevnetClient = ReturnType<typeof clientOf>;

/** The action that pays the devnet's payee some test tokens out of the agent's vault. */
export function tokenPayment(deployment: Deployment, amount: string): Action {
  const { decimals } = first(deployment.tokens);
  const payee = deployment.accounts.payee?.address ?? "0x";
  return actionOf(
    deployment,
    first(deployment.agents).vault,
    transferOf(deployment, payee, parseUnits(amount, decimals)),
  );
}

/** Submits an action to the devnet's agent, open for ten minutes of chain time. */
export async function submit(client: DevnetClient, deployment: Deployment, action: Action): Promise<Hex> {
  const { timestamp } = await client.getBlock();
  const { id: agentId } = first(deployment.agents);
  const { decisionId } = await client.submitDecision({ agentId, action, deadline: timestamp + 600n });
  return decisionId;
}

const actionExecuted = {
  type: "event",
  name: "ActionExecuted",
  inputs: [
    { name: "decisionId", type: "bytes32", indexed: true },
    { name: "payloadHash", type: "bytes32" },
    { name: "submitter", type: "address" },
  ],
} as const;

/** The blocks in which a decision was executed, by the chain's own log: one at most. */
export async function executionBlocks(
  client: DevnetClient,
  deployment: Deployment,
  decisionId: Hex,
): Promise<readonly bigint[]> {
  const address = first(deployment.agents).vault;
  const logs = await client.getLogs({ address, event: actionExecuted, args: { decisionId }, fromBlock: 0n });
  return logs.map(({ blockNumber }) => blockNumber);
}

/** How often a decision was executed. */
export async function executions(client: DevnetClient, deployment: Deployment, decisionId: Hex): Promise<number> {
  return (await executionBlocks(client, deployment, decisionId)).length;
}

/** The decisions executed from a block on, and the block to ask from next; undefined while there is none. */
export async function executedSince(client: DevnetClient, deployment: Deployment, fromBlock: bigint) {
  const toBlock = await client.getBlockNumber({ cacheTime: 0 });
  if (toBlock < fromBlock) return undefined;
  const address = first(deployment.agents).vault;
  const logs = await client.getLogs({ address, event: actionExecuted, fromBlock, toBlock, strict: true });
  if (logs.length === 0) return undefined;
  return { decisions: logs.map(({ args }) => ({ decisionId: args.decisionId })), nextBlock: toBlock + 1n };
}
