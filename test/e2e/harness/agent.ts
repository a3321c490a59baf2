import type { Action, Call, Policy } from "@synod/sdk";
import { type Address, encodeFunctionData, erc20Abi, type Hex, keccak256, stringToHex } from "viem";
import { readArtifact } from "./artifacts.ts";
import type { DevnetClient } from "./client.ts";
import { type Deployment, first } from "./deployment.ts";

/** An agent of the devnet's committee with a policy of its own. */
export type Agent = { readonly id: Hex; readonly vault: Address };

/** Registers an agent that takes decisions from anybody; its guardian is the client's account. */
export async function registerAgent(client: DevnetClient, deployment: Deployment, policy: Policy): Promise<Agent> {
  const registrant = client.account.address;
  const salt = keccak256(stringToHex("an agent of its own"));
  const terms = {
    definitionHash: salt,
    lobeUri: "rules.json",
    committeeId: first(deployment.committees).id,
    guardian: registrant,
    submitter: "0x0000000000000000000000000000000000000000",
    vetoWindow: 0n,
  } as const;
  const id = await client.computeAgentId({ registrant, salt, terms });
  const { bytecode } = readArtifact("src/AgentVault.sol/AgentVault");
  const { vault } = await client.deployVault({ agentId: id, policy, bytecode });
  await client.registerAgent({ salt, terms: { ...terms, vault } });
  return { id, vault };
}

/** An action of an agent's vault, with nothing said about its effects. */
export function actionOf({ vault }: Agent, deployment: Deployment, calls: readonly Call[]): Action {
  const none = { bounds: [], gasFloor: 0n, noNewAllowances: false, allowances: [], codePins: [] };
  return { chainId: BigInt(deployment.chainId), vault, calls, ...none };
}

/** The call that transfers the devnet's test tokens. */
export function transferOf(deployment: Deployment, to: Address, amount: bigint): Call {
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [to, amount] });
  return { target: first(deployment.tokens).address, value: 0n, data };
}
