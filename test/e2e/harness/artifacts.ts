import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Abi, type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import type { DevnetClient } from "./client.ts";

/** What the compiler made of a contract. */
export type Artifact = { readonly abi: Abi; readonly bytecode: Hex };

const artifacts = join(
  dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))),
  "contracts",
  "artifacts",
  "src",
);
const mintAbi = parseAbi(["function mint(address to, uint256 amount)"]);

/** A built contract, by its path below contracts/src without the ending. */
export function readArtifact(path: string): Artifact {
  const name = path.split("/").at(-1);
  return JSON.parse(readFileSync(join(artifacts, `${path}.sol`, `${name}.json`), "utf8")) as Artifact;
}

/** Deploys a built contract and answers where it is. */
export async function deploy(client: DevnetClient, path: string, args: readonly unknown[]): Promise<Address> {
  const { abi, bytecode } = readArtifact(path);
  const hash = await client.deployContract({ abi, bytecode, args: [...args] });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (contractAddress == null) throw new TypeError(`${path} was not deployed`);
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
