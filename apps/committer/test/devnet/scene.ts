import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Action,
  composePolicy,
  epochProposalDigest,
  membersHash,
  toCommitteeId,
  toEpoch,
  ZERO_ADDRESS,
} from "@synod/core";
import { committeeRegistryAbi, deployProxy, type SynodContracts, synodActions } from "@synod/sdk";
import {
  type Abi,
  type Account,
  type Address,
  bytesToHex,
  createTestClient,
  type Hex,
  http,
  keccak256,
  numberToHex,
  parseEther,
  publicActions,
  slice,
  stringToHex,
  walletActions,
} from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { testSecret } from "../support/data-folder.ts";
import type { TestChain } from "./chain.ts";

/** One of the chain's funded accounts. */
export function funded(addressIndex: number): Account {
  return mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });
}

/** A client of the chain that sends from account 0 and can move blocks. */
export function chainClient(chain: TestChain, sender: Account = funded(0)) {
  return createTestClient({
    mode: "hardhat",
    chain: hardhat,
    account: sender,
    transport: http(chain.httpUrl),
    pollingInterval: 50,
  })
    .extend(publicActions)
    .extend(walletActions);
}

type Client = ReturnType<typeof chainClient>;

/** A compiled contract. */
export function artifact(name: string): { readonly abi: Abi; readonly bytecode: Hex } {
  const url = new URL(`../../../../contracts/artifacts/src/${name}.sol/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(url), "utf8"));
}

async function deploy(client: Client, name: string, args: readonly unknown[]): Promise<Address> {
  const { abi, bytecode } = artifact(name);
  const hash = await client.deployContract({ abi, bytecode, args: [...args] });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (contractAddress == null) throw new TypeError(`${name} was not deployed`);
  return contractAddress;
}

/** Deploys both registries, and the proxy through which vaults are deployed. */
export async function deployRegistries(chain: TestChain): Promise<SynodContracts> {
  const client = chainClient(chain);
  await deployProxy(client);
  const committeeRegistry = await deploy(client, "CommitteeRegistry", []);
  const policyEngine = await deploy(client, "PolicyEngine", []);
  const decisionRegistry = await deploy(client, "DecisionRegistry", [committeeRegistry, policyEngine]);
  return { committeeRegistry, decisionRegistry };
}

/** Whom the test vaults may pay. */
export const PAYEE: Address = "0x00000000000000000000000000000000000a11ce";

/** At most 1 coin at once to the payee, 5 in an hour. */
const POLICY = composePolicy({
  calls: [{ target: PAYEE, selector: "0x00000000" }],
  assets: [
    { asset: ZERO_ADDRESS, maxPerTransaction: parseEther("1"), maxPerWindow: parseEther("5"), windowSeconds: 3_600n },
  ],
});

/** A member of a test committee: its identity secret follows from its name. */
export type TestMember = { readonly name: string; readonly endpoint: string };

/** Proposes a committee of named members. */
export async function proposeCommittee(
  chain: TestChain,
  contracts: SynodContracts,
  members: readonly TestMember[],
  rule: { readonly minSigners: number; readonly quorum: number },
): Promise<Hex> {
  const client = chainClient(chain).extend(synodActions(contracts));
  const listed = members.map(({ name, endpoint }) => {
    const { publicKey } = privateKeyToAccount(bytesToHex(testSecret(name)));
    return { publicKey: { x: slice(publicKey, 1, 33), y: slice(publicKey, 33, 65) }, endpoint };
  });
  const count = await client.getTransactionCount({ address: client.account.address });
  const salt = numberToHex(count, { size: 32 });
  const { committeeId } = await client.proposeCommittee({ salt, members: listed, ...rule });
  return committeeId;
}

/** Proposes the next epoch of a committee, with the approval of named members of the active one. */
export async function proposeEpoch(
  chain: TestChain,
  contracts: SynodContracts,
  committeeId: Hex,
  next: {
    readonly members: readonly TestMember[];
    readonly minSigners: number;
    readonly quorum: number;
    /** By their index in the active epoch, ascending. */
    readonly approvers: readonly (readonly [index: number, name: string])[];
  },
): Promise<bigint> {
  const client = chainClient(chain).extend(synodActions(contracts));
  const { latestEpoch, activeEpoch = 0n } = await client.getCommittee({ committeeId });
  const members = next.members.map(({ name, endpoint }) => {
    const { publicKey } = privateKeyToAccount(bytesToHex(testSecret(name)));
    return { x: slice(publicKey, 1, 33), y: slice(publicKey, 33, 65), endpoint };
  });
  const place = { chainId: 31_337n, committeeRegistry: contracts.committeeRegistry };
  const { minSigners, quorum } = next;
  const hash = epochProposalDigest(place, {
    committeeId: toCommitteeId(committeeId),
    epoch: toEpoch(latestEpoch + 1n),
    membersHash: membersHash(members),
    minSigners,
    quorum,
    approvingEpoch: toEpoch(activeEpoch),
  });
  const approvals = await Promise.all(
    next.approvers.map(async ([memberIndex, name]) => {
      const account = privateKeyToAccount(bytesToHex(testSecret(name)));
      return { memberIndex, signature: await account.sign({ hash }) };
    }),
  );
  const transaction = await client.writeContract({
    address: contracts.committeeRegistry,
    abi: committeeRegistryAbi,
    functionName: "proposeEpoch",
    args: [committeeId, members, minSigners, quorum, approvals],
  });
  await client.waitForTransactionReceipt({ hash: transaction });
  return latestEpoch + 1n;
}

/** A registered agent. */
export type TestAgent = { readonly agentId: Hex; readonly vault: Address };

/** Registers an agent of an active committee with a vault that holds 10 coins. */
export async function registerAgent(chain: TestChain, contracts: SynodContracts, committeeId: Hex): Promise<TestAgent> {
  const client = chainClient(chain).extend(synodActions(contracts));
  const salt = keccak256(stringToHex("agent"));
  const terms = {
    definitionHash: keccak256(stringToHex("definition")),
    lobeUri: "synod:test",
    committeeId,
    guardian: funded(2).address,
    submitter: ZERO_ADDRESS,
    vetoWindow: 0n,
  };
  const agentId = await client.computeAgentId({ registrant: funded(0).address, salt, terms });
  const { bytecode } = artifact("AgentVault");
  const { vault } = await client.deployVault({ agentId, policy: POLICY, bytecode });
  await client.registerAgent({ salt, terms: { ...terms, vault } });
  const hash = await client.sendTransaction({ to: vault, value: parseEther("10") });
  await client.waitForTransactionReceipt({ hash });
  return { agentId, vault };
}

/** Deploys a vault of the test policy, for an agent that nobody has registered. */
export async function deployTestVault(chain: TestChain, contracts: SynodContracts): Promise<Address> {
  const client = chainClient(chain).extend(synodActions(contracts));
  const { bytecode } = artifact("AgentVault");
  const { vault } = await client.deployVault({ agentId: keccak256(stringToHex("nobody")), policy: POLICY, bytecode });
  return vault;
}

/** An action of a vault that pays `wei` to the payee. */
export function payment(vault: Address, wei: bigint): Action {
  return {
    chainId: 31_337n,
    vault,
    calls: [{ target: PAYEE, value: wei, data: "0x" }],
    bounds: [],
    gasFloor: 0n,
    noNewAllowances: false,
    allowances: [],
    codePins: [],
  };
}

/** Submits a decision with an hour to run. */
export async function submit(chain: TestChain, contracts: SynodContracts, agentId: Hex, action: Action): Promise<Hex> {
  const client = chainClient(chain, funded(1)).extend(synodActions(contracts));
  const { timestamp } = await client.getBlock();
  const { decisionId } = await client.submitDecision({ agentId, action, deadline: timestamp + 3_600n });
  return decisionId;
}
