import { agentVaultAbi } from "@synod/sdk";
import type { Hex } from "viem";
import type { ChaosStage } from "./chaos-stage.ts";

/**
 * The decisions that the agent's vault carried out from a block on, by its own log: each as often as it did.
 * @param decisionId only this one; all when absent
 */
export async function carriedOut(
  { client, devnet }: Pick<ChaosStage, "client" | "devnet">,
  fromBlock: bigint,
  decisionId?: Hex,
): Promise<readonly Hex[]> {
  const events = await client.getContractEvents({
    address: devnet.agent.vault,
    abi: agentVaultAbi,
    eventName: "ActionExecuted",
    args: { decisionId },
    fromBlock,
    strict: true,
  });
  return events.map(({ args }) => args.decisionId);
}
