import { type Policy, ZERO_ADDRESS } from "@synod/core";
import { type Address, type Hex, keccak256, parseAbi, parseEther, parseUnits, stringToHex } from "viem";
import type { AccountClient } from "../chain/account-client.ts";
import type { SynodClient } from "../chain/synod-client.ts";
import { readArtifact } from "./artifact.ts";
import type { DevnetToken } from "./deploy-contracts.ts";

/** An agent that is registered, with its vault. */
export type EstablishedAgent = { readonly id: Hex; readonly vault: Address; readonly name: string };

/** Who the agent is. */
export type AgentPlan = {
  /** Distinguishes the agents of one devnet. */
  readonly name: string;
  readonly committeeId: Hex;
  readonly guardian: Address;
  readonly registrant: Address;
  readonly policy: Policy;
  /** Seconds between approval and execution in which the guardian may veto; none when absent. */
  readonly vetoWindowSeconds?: bigint;
};

const NATIVE_FUNDS = parseEther("10");
const TOKEN_FUNDS = "10000";
const mintAbi = parseAbi(["function mint(address to, uint256 amount)"]);

/** Deploys the agent's vault and registers the agent. Side effects: sends two transactions. */
export async function establishAgent(client: SynodClient, plan: AgentPlan): Promise<EstablishedAgent> {
  const salt = keccak256(stringToHex(plan.name));
  const terms = {
    definitionHash: keccak256(stringToHex(`devnet agent ${plan.name}`)),
    lobeUri: "rules.json",
    committeeId: plan.committeeId,
    guardian: plan.guardian,
    submitter: ZERO_ADDRESS,
    vetoWindow: plan.vetoWindowSeconds ?? 0n,
  };
  const agentId = await client.computeAgentId({ registrant: plan.registrant, salt, terms });
  const { bytecode } = readArtifact("AgentVault");
  const { vault } = await client.deployVault({ agentId, policy: plan.policy, bytecode });
  await client.registerAgent({ salt, terms: { ...terms, vault } });
  return { id: agentId, vault, name: plan.name };
}

/** Fills a vault with native coin and test tokens. Side effects: sends two transactions. */
export async function fundVault(client: AccountClient, vault: Address, token: DevnetToken): Promise<void> {
  const native = await client.sendTransaction({ to: vault, value: NATIVE_FUNDS });
  await client.waitForTransactionReceipt({ hash: native });
  const minted = await client.writeContract({
    address: token.address,
    abi: mintAbi,
    functionName: "mint",
    args: [vault, parseUnits(TOKEN_FUNDS, token.decimals)],
  });
  await client.waitForTransactionReceipt({ hash: minted });
}
