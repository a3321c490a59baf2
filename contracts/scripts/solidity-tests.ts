import hre from "hardhat";
import { countTests, type SolidityRun, type SoliditySuite } from "./solidity-run.ts";

type Reported = { readonly suiteResults: readonly SoliditySuite[] };

/**
 * Runs all Solidity tests in this process.
 *
 * Side effects: compiles, prints Hardhat's report.
 */
export async function runSolidityTests(): Promise<SolidityRun> {
  const { value, error }: { readonly value?: Reported; readonly error?: Reported } = await hre.tasks
    .getTask(["test", "solidity"])
    .run({});
  return countTests((value ?? error)?.suiteResults ?? [], value !== undefined);
}

/** How often the configuration has every fuzz property tried. */
export function configuredFuzzRuns(): bigint {
  return BigInt(hre.config.test.solidity.profiles.default?.fuzz.runs ?? 0);
}

/** The functions of a compiled contract that change something, by their names. */
export async function changersOf(contract: string): Promise<readonly string[]> {
  const { abi } = await hre.artifacts.readArtifact(contract);
  const entries = abi as readonly {
    readonly type: string;
    readonly name?: string;
    readonly stateMutability?: string;
  }[];
  return entries
    .filter(({ type, stateMutability }) => type === "function" && stateMutability === "nonpayable")
    .map(({ name }) => String(name));
}
