import type { Policy } from "@synod/sdk";
import { type Address, type Hex, keccak256, stringToHex, zeroAddress } from "viem";
import { readArtifact } from "./artifacts.ts";
import type { DevnetClient } from "./client.ts";
import { type Deployment, first } from "./deployment.ts";

/** An agent of the devnet's committee with a policy of its own. */
export type Agent = { readonly id: Hex; readonly vault: Address };

/** What sets an agent apart: a name, its policy, and who may submit; anybody when that is absent. */
export type AgentPlan = { readonly name: string; readonly policy: Policy; readonly submitter?: Address };

/** Registers an agent with a vault of its own; its guardian is the client's account. */
export async function registerAgent(
  client: DevnetClient,
  deployment: Deployment,
  { name, policy, submitter = zeroAddress }: AgentPlan,
): Promise<Agent> {
  const registrant = client.account.address;
  const salt = keccak256(stringToHex(name));
  const terms = {
    definitionHash: salt,
    lobeUri: "rules.json",
    committeeId: first(deployment.committees).id,
    guardian: registrant,
    submitter,
    vetoWindow: 0n,
  };
  const id = await client.computeAgentId({ registrant, salt, terms });
  const { bytecode } = readArtifact("src/AgentVault.sol/AgentVault");
  const { vault } = await client.deployVault({ agentId: id, policy, bytecode });
  await client.registerAgent({ salt, terms: { ...terms, vault } });
  return { id, vault };
}
