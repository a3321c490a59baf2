import {
  type Account,
  type Chain,
  type Client,
  createClient,
  defineChain,
  http,
  type PublicActions,
  publicActions,
  type Transport,
  type WalletActions,
  walletActions,
} from "viem";

/** A client that reads the chain and sends from one account. */
export type AccountClient = Client<
  Transport,
  Chain,
  Account,
  undefined,
  PublicActions<Transport, Chain, Account> & WalletActions<Chain, Account>
>;

/** What a client needs to know of a chain. */
export type ChainTarget = { readonly chainId: number; readonly rpcUrl: string };

/** How often a client over HTTP asks for new blocks, in milliseconds. */
export const POLLING_INTERVAL_MS = 250;

/** A client over HTTP for one account. Makes no request yet. */
export function createAccountClient(target: ChainTarget, account: Account): AccountClient {
  return createClient({
    account,
    chain: chainOf(target),
    pollingInterval: POLLING_INTERVAL_MS,
    transport: http(target.rpcUrl),
  })
    .extend(publicActions)
    .extend(walletActions);
}

/** viem's description of a chain that is known by id and URL alone. */
export function chainOf(target: ChainTarget): Chain {
  return defineChain({
    id: target.chainId,
    name: `chain ${target.chainId}`,
    nativeCurrency: { name: "native coin", symbol: "coin", decimals: 18 },
    rpcUrls: { default: { http: [target.rpcUrl] } },
  });
}
