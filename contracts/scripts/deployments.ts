import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Address, getCreate2Address, type Hex, keccak256 } from "viem";
import {
  creationCodeOf,
  type Placed,
  type PlacedName,
  PROXY,
  placedRegistries,
  REGISTRY_SALT,
} from "../ignition/deterministic.ts";
import { PROJECT_FOLDER } from "./hardhat.ts";

/** One contract of a chain, in `deployments/<chain id>.json`. */
type DeployedContract = {
  readonly address: Address;
  /** ABI-encoded, as explorers ask for them. */
  readonly constructorArguments: Hex;
  /** keccak256 of the creation code with the arguments behind it: with proxy and salt it makes the address. */
  readonly creationCodeHash: Hex;
  /** Block from which its events are to be read; absent when it is not known. */
  readonly blockNumber?: number;
};

/** What stands on one chain: `deployments/<chain id>.json`. `synod deploy` writes it. */
type ChainDeployment = {
  readonly version: 1;
  readonly chainId: number;
  readonly proxy: Address;
  readonly salt: Hex;
  readonly contracts: Readonly<Record<PlacedName, DeployedContract>>;
  /** Vaults are deployed per agent; this is the code all of them are made of, without arguments. */
  readonly vaultCodeHash: Hex;
};

const FOLDER = join(dirname(PROJECT_FOLDER), "deployments");
/** The devnet's file always describes the code of this tree. */
const DEVNET_FILE = "31337.json";

/**
 * Compares the addresses of the contracts as they are compiled here with deployments/31337.json, and looks in every file
 * of that folder whether proxy, salt and code make the address. With `update` the devnet's file is written instead: a
 * change of the bytecode changes every address, and so must be meant.
 *
 * Side effects: reads the artifacts and the folder, prints differences, may write the file.
 *
 * @returns whether all is as recorded.
 */
export function checkDeployments({ update }: { readonly update: boolean }): boolean {
  if (update) writeDevnet();
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith(".json")) : [];
  const recorded = files.includes(DEVNET_FILE) ? readDeployment(DEVNET_FILE) : undefined;
  const differences = [
    ...(isSame(recorded, currentDevnet(recorded)) ? [] : [`${DEVNET_FILE} is not what the compiled contracts make`]),
    ...files.flatMap((file) => inconsistencies(file, readDeployment(file))),
  ];
  for (const difference of differences) process.stderr.write(`deployments: ${difference}\n`);
  if (differences.length > 0) {
    process.stderr.write(
      "deployments: a change of bytecode changes every address; if it is meant, run again with SYNOD_UPDATE_SNAPSHOTS=1\n",
    );
  }
  return differences.length === 0;
}

/** Contracts of a file whose address does not follow from what stands beside it, and a chain id that is not the name. */
export function inconsistencies(file: string, deployment: ChainDeployment): readonly string[] {
  const { proxy: from, salt, chainId, contracts } = deployment;
  const wrong = Object.entries(contracts).filter(
    ([, { address, creationCodeHash: bytecodeHash }]) => getCreate2Address({ from, salt, bytecodeHash }) !== address,
  );
  return [
    ...(file === `${chainId}.json` ? [] : [`${file} is for chain ${chainId}`]),
    ...wrong.map(([name]) => `${file}: the address of ${name} does not follow from proxy, salt and code`),
  ];
}

function currentDevnet(recorded: ChainDeployment | undefined): ChainDeployment {
  const { PolicyEngine, CommitteeRegistry, DecisionRegistry } = placedRegistries();
  return {
    version: 1,
    chainId: 31_337,
    proxy: PROXY,
    salt: REGISTRY_SALT,
    contracts: {
      PolicyEngine: deployed(PolicyEngine, recorded?.contracts.PolicyEngine?.blockNumber),
      CommitteeRegistry: deployed(CommitteeRegistry, recorded?.contracts.CommitteeRegistry.blockNumber),
      DecisionRegistry: deployed(DecisionRegistry, recorded?.contracts.DecisionRegistry.blockNumber),
    },
    vaultCodeHash: keccak256(creationCodeOf("AgentVault")),
  };
}

function deployed({ address, constructorArguments, creationCode }: Placed, blockNumber?: number): DeployedContract {
  const contract = { address, constructorArguments, creationCodeHash: keccak256(creationCode) };
  return blockNumber === undefined ? contract : { ...contract, blockNumber };
}

function isSame(left: ChainDeployment | undefined, right: ChainDeployment): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function readDeployment(file: string): ChainDeployment {
  return JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
}

function writeDevnet(): void {
  const path = join(FOLDER, DEVNET_FILE);
  const recorded = existsSync(path) ? readDeployment(DEVNET_FILE) : undefined;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, `${JSON.stringify(currentDevnet(recorded), undefined, 2)}\n`);
}
