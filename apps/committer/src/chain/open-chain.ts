import { type Address, createPublicClient, http, type PublicClient } from "viem";
import { messageOf, StartError, withoutUrlSecrets } from "../failure.ts";
import type { Settings } from "../settings.ts";
import { ChainReader } from "./reader.ts";

const REQUEST_TIMEOUT_MS = 10_000;
const RETRIES = 2;

async function reachedChainId(client: PublicClient, url: string): Promise<number> {
  try {
    return await client.getChainId();
  } catch (cause) {
    const reason = messageOf(cause, 120);
    throw new StartError(
      "rpcUnreachable",
      `chain.httpUrl: ${withoutUrlSecrets(url)} does not answer (${reason}); start the chain's RPC or correct the URL`,
      { cause },
    );
  }
}

async function requireContract(client: PublicClient, name: string, address: Address): Promise<void> {
  const code = await client.getCode({ address });
  if (code === undefined || code === "0x")
    throw new StartError(
      "contractMissing",
      `contracts.${name}: there is no contract at ${address} on this chain; correct the address or deploy it`,
    );
}

/**
 * Connects to the chain of the settings and makes sure that it is the right one.
 * @throws StartError `rpcUnreachable`, `chainIdMismatch` or `contractMissing`.
 */
export async function openChain(settings: Settings): Promise<ChainReader> {
  const { chain, contracts } = settings;
  const transport = http(chain.httpUrl, { timeout: REQUEST_TIMEOUT_MS, retryCount: RETRIES });
  const client = createPublicClient({ transport, cacheTime: 0 });
  const id = await reachedChainId(client, chain.httpUrl);
  if (id !== chain.id)
    throw new StartError(
      "chainIdMismatch",
      `chain.id: the settings say ${chain.id}, ${withoutUrlSecrets(chain.httpUrl)} serves chain ${id}; correct one of them`,
    );
  await requireContract(client, "committeeRegistry", contracts.committeeRegistry);
  await requireContract(client, "decisionRegistry", contracts.decisionRegistry);
  return new ChainReader(client, settings);
}
