import { deployRegistries, type SynodContracts } from "@synod/sdk";
import { type Address, getAddress } from "viem";
import type { AccountClient } from "../chain/account-client.ts";
import { CliError } from "../errors/cli-error.ts";
import { type DevnetContract, readArtifact, registryCodes } from "./artifact.ts";

/** What a devnet deploys before there is a committee. */
export type DevnetContracts = SynodContracts & { readonly token: DevnetToken };

/** The devnet's own ERC-20 token. */
export type DevnetToken = { readonly symbol: string; readonly address: Address; readonly decimals: number };

const TOKEN = { name: "Synod Test Token", symbol: "TEST", decimals: 18 } as const;

/**
 * Deploys both registries and what reads policies, where they stand on every chain, and the test token. Side effects: sends
 * four transactions.
 * Errors: ARTIFACT_MISSING.
 */
export async function deployContracts(client: AccountClient): Promise<DevnetContracts> {
  const { committeeRegistry, decisionRegistry } = await deployRegistries(client, { codes: registryCodes() });
  const address = await deploy(client, "TestToken", [TOKEN.name, TOKEN.symbol]);
  return {
    committeeRegistry: committeeRegistry.address,
    decisionRegistry: decisionRegistry.address,
    token: { symbol: TOKEN.symbol, address, decimals: TOKEN.decimals },
  };
}

async function deploy(client: AccountClient, name: DevnetContract, args: readonly unknown[]): Promise<Address> {
  const { abi, bytecode } = readArtifact(name);
  const hash = await client.deployContract({ abi, bytecode, args: [...args] });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (contractAddress !== null && contractAddress !== undefined) return getAddress(contractAddress);
  throw new CliError({
    code: "TRANSACTION_FAILED",
    what: `contract ${name} could not be deployed in transaction ${hash}`,
    where: client.chain.name,
    remedy: "read the chain's log",
  });
}
