import { toSynodSdkError } from "@synod/sdk";
import { createClient, http } from "viem";
import { getChainId } from "viem/actions";
import { CliError } from "../errors/cli-error.ts";

/** Id of the chain behind an endpoint. Errors: RPC_UNREACHABLE. */
export async function chainIdAt(rpcUrl: string): Promise<number> {
  try {
    return await getChainId(createClient({ transport: http(rpcUrl) }));
  } catch (error) {
    const { what } = toSynodSdkError(error);
    throw new CliError({ code: "RPC_UNREACHABLE", what, where: rpcUrl, remedy: "correct --rpc-url" }, error);
  }
}
