import { type Abi, type Address, type Hex, keccak256, stringToHex } from "viem";
import { writeContract } from "viem/actions";
import { hardhat } from "viem/chains";
import { type DecisionProposal, governorAbi } from "../../src/index.ts";
import { artifact, chainClient, deploy, synodClient } from "./deploy.ts";
import { policy, roles, type Scene, setScene, termsFor } from "./scene.ts";

/** A scene with a second agent, whose submitter is the timelock of a governor; `roles.submitter` has all votes. */
export type GovernedScene = Scene & {
  readonly governor: Address;
  readonly timelock: Address;
  /** The scene's first agent, to which anyone may submit. */
  readonly openAgentId: Hex;
};

/** Seconds: the vote begins, ends, and waits in the timelock. */
export const votingTimes = { votingDelay: 10, votingPeriod: 100, timelockDelay: 50n };

/** The veto window of the governed agent, in seconds. */
export const VETO_WINDOW = 30n;

/** Deploys everything, with a governor whose threshold is one vote. */
export async function setGovernedScene(): Promise<GovernedScene> {
  const { committee, agentId: openAgentId } = await setScene();
  const voter = roles.submitter.address;
  const votes = await deploy(artifact("governance/VotesToken.sol", "VotesToken"), ["Votes", "VOTE", voter, 100n]);
  const terms = { ...votingTimes, proposalThreshold: 1n, quorumPercent: 50n };
  const governor = await deploy(artifact("governance/AgentGovernor.sol", "AgentGovernor"), ["Governor", votes, terms]);
  const timelock = await chainClient().readContract({ address: governor, abi: governorAbi, functionName: "timelock" });
  await write(votes, artifact("governance/VotesToken.sol", "VotesToken").abi, "delegate", [voter]);
  await pass(1);
  return { committee, governor, timelock, openAgentId, ...(await registerGoverned(committee, timelock)) };
}

async function registerGoverned(committee: Scene["committee"], timelock: Address) {
  const client = synodClient(committee.contracts, roles.registrant);
  const salt = keccak256(stringToHex("governed"));
  const terms = { ...termsFor(committee.id, VETO_WINDOW), submitter: timelock };
  const agentId = await client.computeAgentId({ registrant: roles.registrant.address, salt, terms });
  const { bytecode } = artifact("AgentVault.sol", "AgentVault");
  const { vault } = await client.deployVault({ agentId, policy, bytecode });
  await client.registerAgent({ salt, terms: { ...terms, vault } });
  return { agentId, vault };
}

/** Votes for a proposal with all votes, lets the times pass, queues it and has it executed. */
export async function carry(scene: GovernedScene, proposal: DecisionProposal): Promise<void> {
  const { targets, values, calldatas, descriptionHash } = proposal;
  const step = (functionName: string, args: readonly unknown[]) =>
    write(scene.governor, governorAbi, functionName, args);
  await pass(votingTimes.votingDelay + 1);
  await step("castVote", [proposal.proposalId, 1]);
  await pass(votingTimes.votingPeriod);
  await step("queue", [targets, values, calldatas, descriptionHash]);
  await pass(Number(votingTimes.timelockDelay));
  await step("execute", [targets, values, calldatas, descriptionHash]);
}

async function pass(seconds: number): Promise<void> {
  const client = chainClient();
  await client.increaseTime({ seconds });
  await client.mine({ blocks: 1 });
}

async function write(address: Address, abi: Abi, functionName: string, args: readonly unknown[]): Promise<void> {
  const client = chainClient();
  const request = { address, abi, functionName, args, account: roles.submitter, chain: hardhat };
  const hash = await writeContract(client, request);
  await client.waitForTransactionReceipt({ hash });
}
