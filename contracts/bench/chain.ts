import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import hre from "hardhat";
import {
  type Abi,
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  custom,
  type Hex,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { PROJECT_FOLDER } from "../scripts/hardhat.ts";
import { ToolError } from "../scripts/tool-error.ts";

/** A compiled contract. */
export type Artifact = { readonly abi: Abi; readonly bytecode: Hex };

/** One call of a contract that is to be sent as a transaction. */
export type Sending = {
  readonly artifact: Artifact;
  readonly address: Address;
  readonly functionName: string;
  readonly args: readonly unknown[];
};

/** A devnet inside this process. Every sending is mined at once, in a block of its own. */
export type Chain = Awaited<ReturnType<typeof openChain>>;

/** The compiled contract of this workspace at a path such as `AgentVault.sol/AgentVault`. */
export function ownArtifact(path: string): Artifact {
  return readArtifact(join(PROJECT_FOLDER, "artifacts", "src", `${path}.json`));
}

/** The contract as compiled and published by the Safe project, at a path such as `Safe.sol/Safe`. */
export function safeArtifact(path: string): Artifact {
  const resolve = createRequire(import.meta.url).resolve;
  return readArtifact(resolve(`@safe-global/safe-smart-account/build/artifacts/contracts/${path}.json`));
}

function readArtifact(file: string): Artifact {
  const { abi, bytecode }: Artifact = JSON.parse(readFileSync(file, "utf8"));
  return { abi, bytecode };
}

/** Opens a devnet. Side effects: starts Hardhat's network, which lives until `close`. */
export async function openChain() {
  const connection = await hre.network.create();
  // Hardhat's own test mnemonic, whose first account holds coin.
  const account = mnemonicToAccount("test test test test test test test test test test test junk");
  const transport = custom(connection.provider);
  const publicClient = createPublicClient({ chain: hardhat, transport, pollingInterval: 1 });
  const walletClient = createWalletClient({ chain: hardhat, transport, account });
  const testClient = createTestClient({ chain: hardhat, transport, mode: "hardhat" });

  /** @returns the gas used; fails when the transaction reverts. */
  async function send({ artifact, address, functionName, args }: Sending): Promise<number> {
    const hash = await walletClient.writeContract({ address, abi: artifact.abi, functionName, args });
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new ToolError("transactionReverted", `${functionName} reverted`);
    return Number(receipt.gasUsed);
  }

  async function deploy({ abi, bytecode }: Artifact, args: readonly unknown[] = []): Promise<Address> {
    const hash = await walletClient.deployContract({ abi, bytecode, args });
    const { contractAddress } = await publicClient.waitForTransactionReceipt({ hash });
    if (contractAddress === null || contractAddress === undefined)
      throw new ToolError("deploymentFailed", "a contract could not be deployed");
    return contractAddress;
  }

  async function read<T>({ artifact, address, functionName, args }: Sending): Promise<T> {
    const call = { address, abi: artifact.abi, functionName, args };
    return (await publicClient.readContract(call)) as T;
  }

  /** What sending it would return, without sending it. */
  async function simulate<T>({ artifact, address, functionName, args }: Sending): Promise<T> {
    const call = { address, abi: artifact.abi, functionName, args, account };
    return (await publicClient.simulateContract(call)).result as T;
  }

  async function now(): Promise<bigint> {
    return (await publicClient.getBlock()).timestamp;
  }

  /** Lets `seconds` pass; the next block is that much later. */
  async function pass(seconds: number): Promise<void> {
    await testClient.increaseTime({ seconds });
    await testClient.mine({ blocks: 1 });
  }

  return { account, chainId: hardhat.id, send, deploy, read, simulate, now, pass, close: () => connection.close() };
}
