import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Abi,
  type Account,
  type Address,
  createClient,
  getAddress,
  type Hex,
  http,
  publicActions,
  testActions,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { deployContract, waitForTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import { inject } from "vitest";
import { deployProxy, type RegistryCodes, type SynodContracts, synodActions } from "../../src/index.ts";

type Artifact = { readonly abi: Abi; readonly bytecode: Hex };

/** One of the chain's funded accounts. */
export function account(addressIndex: number): Account {
  return mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });
}

/** Deployment bytecode and ABI of a built contract, by its file below contracts/src. */
export function artifact(path: string, name: string): Artifact {
  const url = new URL(`../../../../contracts/artifacts/src/${path}/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(url), "utf8")) as Artifact;
}

/** A client of the shared chain that sends from one account. */
export function chainClient(sender?: Account) {
  return createClient({
    ...(sender === undefined ? {} : { account: sender }),
    chain: hardhat,
    pollingInterval: 50,
    transport: http(`http://${inject("chainAuthority")}`),
  })
    .extend(publicActions)
    .extend(testActions({ mode: "hardhat" }));
}

/** A client of the shared chain with all actions of the SDK. */
export function synodClient(contracts: SynodContracts, sender?: Account) {
  return chainClient(sender).extend(synodActions(contracts));
}

/** Deploys a contract from account 0 and returns its address. */
export async function deploy({ abi, bytecode }: Artifact, args: readonly unknown[]): Promise<Address> {
  const client = chainClient();
  const hash = await deployContract(client, { abi, bytecode, args: [...args], account: account(0), chain: hardhat });
  const { contractAddress } = await waitForTransactionReceipt(client, { hash });
  if (contractAddress == null) throw new TypeError("the deployment made no contract");
  return getAddress(contractAddress);
}

/** Compiled creation code of both registries and of what reads policies. */
export function registryCodes(): RegistryCodes {
  return {
    policyEngine: artifact("PolicyEngine.sol", "PolicyEngine").bytecode,
    committeeRegistry: artifact("CommitteeRegistry.sol", "CommitteeRegistry").bytecode,
    decisionRegistry: artifact("DecisionRegistry.sol", "DecisionRegistry").bytecode,
  };
}

/** Deploys both registries, new ones each time, and the proxy through which vaults are deployed. */
export async function deployFreshRegistries(): Promise<SynodContracts> {
  await deployProxy(chainClient(account(0)));
  const committeeRegistry = await deploy(artifact("CommitteeRegistry.sol", "CommitteeRegistry"), []);
  const policyEngine = await deploy(artifact("PolicyEngine.sol", "PolicyEngine"), []);
  const args = [committeeRegistry, policyEngine];
  const decisionRegistry = await deploy(artifact("DecisionRegistry.sol", "DecisionRegistry"), args);
  return { committeeRegistry, decisionRegistry };
}
