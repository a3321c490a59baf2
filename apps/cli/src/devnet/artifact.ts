import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RegistryCodes } from "@synod/sdk";
import { type Abi, type Hex, isHex } from "viem";
import { z } from "zod";
import { CliError } from "../errors/cli-error.ts";
import { CONTRACTS_FOLDER } from "../repository-paths.ts";

const artifactSchema = z.object({
  abi: z.custom<Abi>((value) => Array.isArray(value), { message: "expected an ABI" }),
  bytecode: z.custom<Hex>((value) => isHex(value) && value.length > 2, { message: "expected deployment bytecode" }),
});

/** A compiled contract: its ABI and its deployment bytecode. */
export type Artifact = Readonly<z.infer<typeof artifactSchema>>;

/** The contracts a devnet deploys, with their source files below contracts/src. */
const SOURCES = {
  PolicyEngine: "PolicyEngine.sol",
  CommitteeRegistry: "CommitteeRegistry.sol",
  DecisionRegistry: "DecisionRegistry.sol",
  AgentVault: "AgentVault.sol",
  TestToken: "devnet/TestToken.sol",
} as const;

/** Name of a contract that a devnet deploys. */
export type DevnetContract = keyof typeof SOURCES;

/** Reads a compiled contract. Errors: ARTIFACT_MISSING when the contracts were not built. */
export function readArtifact(name: DevnetContract): Artifact {
  const file = join(CONTRACTS_FOLDER, "artifacts", "src", SOURCES[name], `${name}.json`);
  try {
    return artifactSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new CliError(
      {
        code: "ARTIFACT_MISSING",
        what: `contract ${name} is not compiled`,
        where: file,
        remedy: "run `npm run build` in the repository's root",
      },
      error,
    );
  }
}

/** Compiled creation code of both registries and of what reads policies. Errors: ARTIFACT_MISSING. */
export function registryCodes(): RegistryCodes {
  return {
    policyEngine: readArtifact("PolicyEngine").bytecode,
    committeeRegistry: readArtifact("CommitteeRegistry").bytecode,
    decisionRegistry: readArtifact("DecisionRegistry").bytecode,
  };
}
