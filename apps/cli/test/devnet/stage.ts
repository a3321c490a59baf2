import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAccountClient } from "../../src/chain/account-client.ts";
import { createSynodClient } from "../../src/chain/synod-client.ts";
import {
  approve,
  authorize,
  type ColludingCommittee,
  type ColludingPlace,
  raiseColludingCommittee,
} from "../../src/demo/colluding-committee.ts";
import type { Deployment } from "../../src/deployment/deployment.ts";
import { type DevnetContracts, deployContracts } from "../../src/devnet/deploy-contracts.ts";
import { devnetAccounts } from "../../src/devnet/devnet-accounts.ts";
import { knownAccounts } from "../../src/devnet/devnet-deployment.ts";
import { devnetPolicy } from "../../src/devnet/devnet-policy.ts";
import { type EstablishedAgent, establishAgent, fundVault } from "../../src/devnet/establish-agent.ts";
import { type DevnetChain, startChain } from "../../src/devnet/start-chain.ts";

/** A chain with an agent whose committee is this process: everything but committers. */
export type TestStage = {
  readonly chain: DevnetChain;
  readonly contracts: DevnetContracts;
  readonly place: ColludingPlace;
  readonly committee: ColludingCommittee;
  readonly agent: EstablishedAgent;
  readonly deployment: Deployment;
  readonly deploymentFile: string;
};

/** Starts a chain in a process of its own and puts an agent on it; the deployment file lies in `folder`. */
export async function startStage(folder: string): Promise<TestStage> {
  const accounts = devnetAccounts();
  const chain = await startChain({ port: 0, logFile: join(folder, "chain.log"), signal: AbortSignal.timeout(60_000) });
  const payer = createAccountClient(chain, accounts.deployer);
  const contracts = await deployContracts(payer);
  const place = { chain, contracts, payer };
  const committee = await raiseColludingCommittee(place);
  const agent = await establishAgent(createSynodClient({ ...chain, ...contracts }, accounts.deployer), {
    name: "treasury",
    committeeId: committee.id,
    guardian: accounts.guardian.address,
    registrant: accounts.deployer.address,
    policy: devnetPolicy(accounts.payee.address, contracts.token),
  });
  await fundVault(payer, agent.vault, contracts.token);
  const deployment = deploymentOf({ chain, contracts, committee, agent });
  const deploymentFile = join(folder, "deployment.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(deploymentFile, JSON.stringify(deployment));
  return { chain, contracts, place, committee, agent, deployment, deploymentFile };
}

/** Approves and executes a decision as the colluding committee. */
export async function carryOut(stage: TestStage, decisionId: `0x${string}`): Promise<void> {
  const { chain, contracts, place, committee, agent } = stage;
  const client = createSynodClient({ ...chain, ...contracts }, place.payer.account);
  const decision = await client.getDecision({ decisionId });
  await approve(place, committee, decision);
  const [submission] = await client.listDecisions({ decisionId });
  if (submission === undefined) return;
  const signature = await authorize(place, committee, decision, agent.vault);
  await client.executeDecision({ vault: agent.vault, decisionId, action: submission.action, signature });
}

function deploymentOf(stage: Pick<TestStage, "chain" | "contracts" | "committee" | "agent">): Deployment {
  const { chain, contracts, committee, agent } = stage;
  const size = { epoch: 1, minSigners: 2, quorum: 2 };
  return {
    version: 1,
    chainId: chain.chainId,
    rpcUrl: chain.rpcUrl,
    webSocketUrl: chain.webSocketUrl,
    committeeRegistry: contracts.committeeRegistry,
    decisionRegistry: contracts.decisionRegistry,
    committees: [{ ...size, id: committee.id, groupAddress: committee.group.address, members: [] }],
    agents: [agent],
    tokens: [contracts.token],
    accounts: knownAccounts(devnetAccounts()),
  };
}
