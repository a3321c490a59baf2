import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Abi, type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import type { DevnetClient } from "./client.ts";

/** What the compiler made of a contract. */
export type Artifact = { readonly abi: Abi; readonly bytecode: Hex };

const artifacts = join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), "contracts", "artifacts");
const mintAbi = parseAbi(["function mint(address to, uint256 amount)"]);

/** A built contract, by its path below contracts/, such as `src/AgentVault.sol/AgentVault`. */
export function readArtifact(path: string): Artifact {
  return JSON.parse(readFileSync(join(artifacts, `${path}.json`), "utf8")) as Artifact;
}

/** A contract as the Safe project publishes it compiled, at a path such as `Safe.sol/Safe`. */
export function safeArtifact(path: string): Artifact {
  const { resolve } = createRequire(import.meta.url);
  const file = resolve(`@safe-global/safe-smart-account/build/artifacts/contracts/${path}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as Artifact;
}

/** Deploys a contract and answers where it is. */
export async function deploy(
  client: DevnetClient,
  { abi, bytecode }: Artifact,
  args: readonly unknown[] = [],
): Promise<Address> {
  const hash = await client.deployContract({ abi, bytecode, args: [...args] });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (contractAddress == null) throw new TypeError("a contract was not deployed");
  return contractAddress;
}

/** Sends a call and waits until it is in a block. Rejects when it reverts. */
export async function send(client: DevnetClient, to: Address, data: Hex): Promise<void> {
  const { status } = await client.waitForTransactionReceipt({ hash: await client.sendTransaction({ to, data }) });
  if (status !== "success") throw new TypeError(`a transaction to ${to} reverted`);
}

/** Makes test tokens for an account, in the smallest unit. */
export async function mintTokens(client: DevnetClient, token: Address, to: Address, amount: bigint): Promise<void> {
  await send(client, token, encodeFunctionData({ abi: mintAbi, functionName: "mint", args: [to, amount] }));
}
