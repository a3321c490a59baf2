import { createPublicClient, custom, HttpRequestError, type PublicClient, RpcRequestError } from "viem";
import { type After, Provider } from "../../../src/chain/providers/provider.ts";
import { answer, type ProviderView, RpcFailure } from "../chain/provider.ts";
import type { VirtualChain } from "../chain/virtual-chain.ts";
import type { Chance } from "../chance.ts";
import type { Lane } from "./lane.ts";

const URL = "http://provider";
const TIMEOUT_MS = 10_000;

/** How the node that a committer asks behaves. It may be changed at any time. */
export type ProviderTerms = {
  /** Least and greatest time of an answer, in milliseconds. */
  delayMs: readonly [number, number];
  /** Probability that a request fails. */
  failure: number;
  /** How many blocks the node lags behind the chain. */
  lagBlocks: number;
};

function viewOf(chain: VirtualChain, terms: ProviderTerms): ProviderView {
  const head = () => chain.block(chain.head.number - BigInt(terms.lagBlocks)) ?? chain.head;
  const finalised = () => (chain.finalised.number > head().number ? head() : chain.finalised);
  return { head, finalised };
}

type Request = { readonly method: string; readonly params?: unknown };

/** viem's client of a virtual node. What it throws is what viem's own transport throws. */
function nodeClient(chain: VirtualChain, terms: ProviderTerms, lane: Lane, chance: Chance): PublicClient {
  const view = viewOf(chain, terms);
  const respond = async ({ method, params }: Request) => {
    const body = { method, params };
    if (chance.hits(terms.failure)) throw new HttpRequestError({ url: URL, status: 503, body, details: "unavailable" });
    try {
      return await answer(chain, view, method, Array.isArray(params) ? params : []);
    } catch (cause) {
      if (!(cause instanceof RpcFailure)) throw cause;
      const { code, message, data } = cause;
      throw new RpcRequestError({ url: URL, body, error: { code, message, ...(data === undefined ? {} : { data }) } });
    }
  };
  const request = (asked: Request) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    lane.after(chance.between(...terms.delayMs), () => resolve(respond(asked)));
    return promise;
  };
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }), cacheTime: 0, ccipRead: false });
}

/** The node as the one provider that a committer asks. */
export function nodeProvider(chain: VirtualChain, terms: ProviderTerms, lane: Lane, chance: Chance): Provider {
  const client = nodeClient(chain, terms, lane, chance);
  const after: After = (delayMs, work) => lane.after(delayMs, work);
  return new Provider({ name: "node", place: URL, client, timeoutMs: TIMEOUT_MS, after });
}
