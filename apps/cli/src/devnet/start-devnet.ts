import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { CommitteeRecord } from "@synod/sdk";
import type { HDAccount } from "viem/accounts";
import { type AccountClient, createAccountClient } from "../chain/account-client.ts";
import { createSynodClient, type SynodClient } from "../chain/synod-client.ts";
import { type Progress, withStep } from "../output/progress.ts";
import { EXAMPLES_FOLDER } from "../repository-paths.ts";
import type { CommitteeSize } from "./committee-size.ts";
import { type CommitterProcess, startCommitter, waitUntilAlive } from "./committer-process.ts";
import { type CommitterSetup, createCommitters, type Wire } from "./create-committers.ts";
import { type DevnetContracts, deployContracts } from "./deploy-contracts.ts";
import { type DevnetAccounts, devnetAccounts } from "./devnet-accounts.ts";
import type { DevnetFolder } from "./devnet-folder.ts";
import { devnetPolicy } from "./devnet-policy.ts";
import { type EstablishedAgent, establishAgent, fundVault } from "./establish-agent.ts";
import { fundCommitters, proposeDevnetCommittee, waitUntilActive } from "./establish-committee.ts";
import { type DevnetChain, startChain } from "./start-chain.ts";

/** What to start, where, and how its progress is shown. */
export type DevnetPlan = {
  readonly size: CommitteeSize;
  readonly folder: DevnetFolder;
  /** TCP port of the chain; 0 picks a free one. */
  readonly port: number;
  /** What stands between the committers and what they reach; nothing when absent. */
  readonly wire?: Wire;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/** A chain with everything on it, before there are committers. */
export type Stage = {
  readonly plan: DevnetPlan;
  readonly chain: DevnetChain;
  readonly accounts: DevnetAccounts;
  readonly contracts: DevnetContracts;
};

/** A running devnet: chain, committers with a group key, one agent with a funded vault. */
export type Devnet = Stage & {
  /** Running committers by member index; an entry is replaced when its committer is restarted. */
  readonly committers: CommitterProcess[];
  readonly committee: CommitteeRecord;
  readonly agent: EstablishedAgent;
  /** Stops the committers, then the chain. Calling it twice is harmless. */
  readonly stop: () => Promise<void>;
};

/** Name of the agent every devnet starts with. */
export const DEVNET_AGENT = "treasury";

/**
 * Starts a devnet and waits until its committee has a key and its vault is funded.
 * Side effects: starts processes and writes files below the folder; on failure all processes are stopped again.
 * Errors: PORT_TAKEN, CHAIN_START_FAILED, ARTIFACT_MISSING, COMMITTER_FAILED, TIMED_OUT.
 */
export async function startDevnet(plan: DevnetPlan): Promise<Devnet> {
  const { folder, port, progress, signal } = plan;
  const chain = await withStep(
    progress,
    "start the chain",
    () => startChain({ port, logFile: folder.chainLog, signal }),
    ({ rpcUrl }) => rpcUrl,
  );
  const committers: CommitterProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(committers.map(({ child }) => child.stop()));
    await chain.child.stop();
  };
  try {
    signal.throwIfAborted();
    const stage = await deployStage(plan, chain);
    signal.throwIfAborted();
    const committee = await raiseCommittee(stage, committers);
    signal.throwIfAborted();
    const agent = await raiseAgent(stage, committee);
    return { ...stage, committers, committee, agent, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A client that sends from one of the devnet's accounts and knows its registries. */
export function clientOf(stage: Stage, account: HDAccount): SynodClient {
  return createSynodClient({ ...stage.chain, ...stage.contracts }, account);
}

/** A client for plain transactions of the devnet's deployer. */
export function deployerOf({ chain, accounts }: Pick<Stage, "chain" | "accounts">): AccountClient {
  return createAccountClient(chain, accounts.deployer);
}

async function deployStage(plan: DevnetPlan, chain: DevnetChain): Promise<Stage> {
  const accounts = devnetAccounts();
  const contracts = await withStep(
    plan.progress,
    "deploy the contracts",
    () => deployContracts(deployerOf({ chain, accounts })),
    ({ decisionRegistry }) => `decision registry ${decisionRegistry}`,
  );
  return { plan, chain, accounts, contracts };
}

async function raiseCommittee(stage: Stage, committers: CommitterProcess[]): Promise<CommitteeRecord> {
  const { size, progress, signal } = stage.plan;
  const setups = await withStep(progress, "create identity keys", () => prepareCommitters(stage));
  await withStep(progress, `start ${size.members} committers`, async () => {
    committers.push(...setups.map(startCommitter));
    await Promise.all(committers.map((committer) => waitUntilAlive(committer, signal)));
  });
  const client = clientOf(stage, stage.accounts.deployer);
  const label = `generate the group key, ${size.minSigners} of ${size.members}`;
  return withStep(
    progress,
    label,
    async (step) => {
      const committeeId = await proposeDevnetCommittee(client, setups, size);
      const onConfirmations = (count: number): void => step.update(`${count} of ${size.members} confirmed`);
      return waitUntilActive(client, { committeeId, committers, signal, onConfirmations });
    },
    ({ epoch }) => `group address ${epoch.group?.address}`,
  );
}

async function prepareCommitters(stage: Stage): Promise<readonly CommitterSetup[]> {
  const { folder, size, wire } = stage.plan;
  copyFileSync(join(EXAMPLES_FOLDER, "rules.json"), folder.rulesFile);
  const setups = await createCommitters(folder, stage, size.members, wire);
  await fundCommitters(deployerOf(stage), setups);
  return setups;
}

async function raiseAgent(stage: Stage, committee: CommitteeRecord): Promise<EstablishedAgent> {
  const { accounts, contracts } = stage;
  return withStep(
    stage.plan.progress,
    "register the agent and fund its vault",
    async () => {
      const agent = await establishAgent(clientOf(stage, accounts.deployer), {
        name: DEVNET_AGENT,
        committeeId: committee.id,
        guardian: accounts.guardian.address,
        registrant: accounts.deployer.address,
        policy: devnetPolicy(accounts.payee.address, contracts.token),
      });
      await fundVault(deployerOf(stage), agent.vault, contracts.token);
      return agent;
    },
    ({ vault }) => `vault ${vault}`,
  );
}
