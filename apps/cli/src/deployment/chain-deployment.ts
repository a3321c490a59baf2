import { existsSync, readFileSync } from "node:fs";
import {
  DEPLOYMENT_PROXY,
  type DeployDeterministicReturnType,
  REGISTRY_SALT,
  type RegistryCodes,
  registryCreations,
} from "@synod/sdk";
import { type Address, getAddress, type Hex, isAddress, isHex, keccak256 } from "viem";
import { z } from "zod";
import { CliError } from "../errors/cli-error.ts";
import { describeIssue } from "./read-deployment.ts";

const address = z.custom<Address>((value) => typeof value === "string" && isAddress(value), {
  message: "expected an address with its checksum",
});
const hex = z.custom<Hex>((value) => isHex(value), { message: "expected hex" });

const contractSchema = z.strictObject({
  address,
  /** ABI-encoded, as explorers ask for them. */
  constructorArguments: hex,
  /** keccak256 of the creation code with the arguments behind it: with proxy and salt it makes the address. */
  creationCodeHash: hex,
  /** Block from which its events are to be read; absent when it is not known. */
  blockNumber: z.int().nonnegative().optional(),
});

const chainDeploymentSchema = z.strictObject({
  version: z.literal(1),
  chainId: z.int().min(1),
  proxy: address,
  salt: hex,
  contracts: z.strictObject({
    PolicyEngine: contractSchema,
    CommitteeRegistry: contractSchema,
    DecisionRegistry: contractSchema,
  }),
  /** keccak256 of the creation code, without arguments, of which all vaults are made. */
  vaultCodeHash: hex,
});

/** What stands on one chain: `deployments/<chain id>.json`. The format is described in docs/deployment.md. */
export type ChainDeployment = Readonly<z.infer<typeof chainDeploymentSchema>>;

/** Reads such a file; undefined when there is none. Errors: DEPLOYMENT_INVALID. */
export function readChainDeployment(file: string): ChainDeployment | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = chainDeploymentSchema.safeParse(parseJson(file));
  if (parsed.success) return parsed.data;
  throw invalid(file, describeIssue(parsed.error));
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw invalid(file, "not JSON");
  }
}

function invalid(file: string, what: string): CliError {
  return new CliError({
    code: "DEPLOYMENT_INVALID",
    what: `the record of the chain's contracts is malformed: ${what}`,
    where: file,
    remedy: "correct it, or delete it and let `synod deploy` write it anew",
  });
}

/** What a record is made from. */
export type ChainDeploymentParts = {
  readonly chainId: number;
  readonly codes: RegistryCodes;
  readonly vaultCode: Hex;
  readonly deployed: Readonly<Record<keyof RegistryCodes, DeployDeterministicReturnType>>;
  /** The record so far: its block numbers are kept for contracts that stood there already. */
  readonly previous: ChainDeployment | undefined;
};

/** The record of a chain on which both registries stand. Pure. */
export function chainDeploymentOf(parts: ChainDeploymentParts): ChainDeployment {
  const { chainId, codes, vaultCode, deployed, previous } = parts;
  const creations = registryCreations(codes);
  return {
    version: 1,
    chainId,
    proxy: DEPLOYMENT_PROXY.address,
    salt: REGISTRY_SALT,
    contracts: {
      PolicyEngine: contractOf(
        creations.policyEngine.creationCode,
        codes.policyEngine,
        deployed.policyEngine,
        previous?.contracts.PolicyEngine,
      ),
      CommitteeRegistry: contractOf(
        creations.committeeRegistry.creationCode,
        codes.committeeRegistry,
        deployed.committeeRegistry,
        previous?.contracts.CommitteeRegistry,
      ),
      DecisionRegistry: contractOf(
        creations.decisionRegistry.creationCode,
        codes.decisionRegistry,
        deployed.decisionRegistry,
        previous?.contracts.DecisionRegistry,
      ),
    },
    vaultCodeHash: keccak256(vaultCode),
  };
}

type DeployedContract = ChainDeployment["contracts"]["CommitteeRegistry"];

function contractOf(
  creationCode: Hex,
  code: Hex,
  { address: at, transaction }: DeployDeterministicReturnType,
  previous: DeployedContract | undefined,
): DeployedContract {
  const known = previous?.address === at ? previous.blockNumber : undefined;
  const blockNumber = transaction === undefined ? known : Number(transaction.blockNumber);
  return {
    address: getAddress(at),
    constructorArguments: `0x${creationCode.slice(code.length)}`,
    creationCodeHash: keccak256(creationCode),
    ...(blockNumber === undefined ? {} : { blockNumber }),
  };
}
