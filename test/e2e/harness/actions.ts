import type { Action, Call } from "@synod/sdk";
import { type Address, encodeFunctionData, erc20Abi } from "viem";
import { type Deployment, first } from "./deployment.ts";

/** An action of a vault of the devnet, with nothing said about its effects. */
export function actionOf(deployment: Deployment, vault: Address, ...calls: readonly Call[]): Action {
  const none = { bounds: [], gasFloor: 0n, noNewAllowances: false, allowances: [], codePins: [] };
  return { chainId: BigInt(deployment.chainId), vault, calls, ...none };
}

/** The call that transfers the devnet's test tokens, in the smallest unit. */
export function transferOf(deployment: Deployment, to: Address, amount: bigint): Call {
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [to, amount] });
  return { target: first(deployment.tokens).address, value: 0n, data };
}
