import { type DecisionProposal, getVault, governorAbi } from "@synod/sdk";
import { eventually } from "@synod/testing/eventually";
import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import { registerAgent } from "./agent.ts";
import { deploy, mintTokens, readArtifact, send } from "./artifacts.ts";
import type { DevnetClient } from "./client.ts";
import { type Deployment, first } from "./deployment.ts";

/** A governor of the devnet, all of whose votes one account has, and the agent it submits for. */
export type Governance = { readonly governor: Address; readonly agentId: Hex; readonly vault: Address };

/** States of a proposal, as OpenZeppelin's `IGovernor.ProposalState` numbers them. */
export const PROPOSAL_STATES = { Active: 1, Defeated: 3, Succeeded: 4 } as const;

const votesAbi = parseAbi(["function delegate(address delegatee)"]);

/** Seconds of chain time, short because the devnet's clock is the real one. */
const TERMS = { votingDelay: 1, votingPeriod: 4, proposalThreshold: 1n, quorumPercent: 50n, timelockDelay: 1n };

/**
 * Founds a governor whose votes all belong to the client's account, and an agent of the devnet's committee that takes
 * decisions from its timelock only, with a policy like the devnet's own and a vault with 1,000 test tokens.
 */
export async function foundGovernance(client: DevnetClient, deployment: Deployment): Promise<Governance> {
  const voter = client.account.address;
  const votes = await deploy(client, readArtifact("src/governance/VotesToken.sol/VotesToken"), [
    "Votes",
    "VOTE",
    voter,
    1_000n,
  ]);
  await send(client, votes, encodeFunctionData({ abi: votesAbi, functionName: "delegate", args: [voter] }));
  const governor = await deploy(client, readArtifact("src/governance/AgentGovernor.sol/AgentGovernor"), [
    "Governor",
    votes,
    TERMS,
  ]);
  const submitter = await client.readContract({ address: governor, abi: governorAbi, functionName: "timelock" });
  const { policy } = await getVault(client, { vault: first(deployment.agents).vault });
  const { id: agentId, vault } = await registerAgent(client, deployment, { name: "governed", policy, submitter });
  await mintTokens(client, first(deployment.tokens).address, vault, 1_000n * 10n ** 18n);
  return { governor, agentId, vault };
}

/** Waits until the chain's clock has brought a proposal into a state. */
export async function untilProposal(
  client: DevnetClient,
  { governor }: Governance,
  { proposalId }: DecisionProposal,
  state: keyof typeof PROPOSAL_STATES,
): Promise<void> {
  const read = { address: governor, abi: governorAbi, functionName: "state", args: [proposalId] } as const;
  await eventually(async () => ((await client.readContract(read)) === PROPOSAL_STATES[state] ? true : undefined));
}

/** Waits until a queued proposal may leave the timelock. */
export async function untilUnlocked(
  client: DevnetClient,
  { governor }: Governance,
  { proposalId }: DecisionProposal,
): Promise<void> {
  const read = { address: governor, abi: governorAbi, functionName: "proposalEta", args: [proposalId] } as const;
  const eta = await client.readContract(read);
  await eventually(async () => ((await client.getBlock()).timestamp >= eta ? true : undefined));
}

/** Casts all votes for (1) or against (0) a proposal. */
export async function vote(
  client: DevnetClient,
  governance: Governance,
  { proposalId }: DecisionProposal,
  support: 0 | 1,
): Promise<void> {
  const data = encodeFunctionData({ abi: governorAbi, functionName: "castVote", args: [proposalId, support] });
  await send(client, governance.governor, data);
}

/** Sends one of the two last steps of a proposal. Rejects when the governor refuses it. */
export async function conclude(
  client: DevnetClient,
  { governor }: Governance,
  proposal: DecisionProposal,
  functionName: "queue" | "execute",
): Promise<void> {
  const { targets, values, calldatas, descriptionHash } = proposal;
  const args = [targets, values, calldatas, descriptionHash] as const;
  await send(client, governor, encodeFunctionData({ abi: governorAbi, functionName, args }));
}
