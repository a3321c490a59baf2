import type { Call, Policy } from "@synod/sdk";
import { type Address, encodeFunctionData, erc20Abi, type Hex, keccak256, stringToHex } from "viem";
import { mintTokens, readArtifact } from "./artifacts.ts";
import type { DevnetClient } from "./client.ts";
import { type Deployment, first } from "./deployment.ts";

/** An agent of the devnet's committee with a policy of its own. */
export type Agent = {
  readonly id: Hex;
  readonly vault: Address;
  /** Test tokens that its vault was given, in the smallest unit. */
  readonly funds: bigint;
  /** The call that sends some of them. */
  readonly transfer: (to: Address, amount: bigint) => Call;
};

const FUNDS = 10_000n;

/** Registers an agent that takes decisions from anybody, with a funded vault. */
export async function registerAgent(client: DevnetClient, deployment: Deployment, policy: Policy): Promise<Agent> {
  const registrant = client.account.address;
  const salt = keccak256(stringToHex("restrained"));
  const terms = {
    definitionHash: salt,
    lobeUri: "rules.json",
    committeeId: first(deployment.committees).id,
    guardian: registrant,
    submitter: "0x0000000000000000000000000000000000000000",
    vetoWindow: 0n,
  } as const;
  const id = await client.computeAgentId({ registrant, salt, terms });
  const { bytecode } = readArtifact("AgentVault");
  const { vault } = await client.deployVault({ agentId: id, policy, bytecode });
  await client.registerAgent({ salt, terms: { ...terms, vault } });
  const token = first(deployment.tokens).address;
  await mintTokens(client, token, vault, FUNDS);
  const transfer = (to: Address, amount: bigint): Call => ({
    target: token,
    value: 0n,
    data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [to, amount] }),
  });
  return { id, vault, funds: FUNDS, transfer };
}
