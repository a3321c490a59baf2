import { createClient, http } from "viem";

/** One JSON-RPC request of a development chain's own methods. Returns its result unchecked. */
export async function rpcRequest(rpcUrl: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const client = createClient({ transport: http(rpcUrl) });
  const request = client.request as (args: { method: string; params: readonly unknown[] }) => Promise<unknown>;
  return request({ method, params });
}
