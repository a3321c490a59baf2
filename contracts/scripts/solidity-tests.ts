import hre from "hardhat";
import { countTests, type SolidityRun } from "./count-tests.ts";

/** How often a campaign called an action of its handler; what reverted or was discarded did not succeed. */
export type ActionCounts = { readonly calls: bigint; readonly reverts: bigint; readonly discards: bigint };

/**
 * How one Solidity test ended. `kind` has `runs` for fuzz tests and campaigns, and `metrics` for campaigns alone: the
 * counts of each action by `file:contract.function`.
 */
export type SolidityTest = {
  readonly name: string;
  readonly status: "Success" | "Failure" | "Skipped";
  readonly durationNs: bigint;
  readonly kind: { readonly runs?: bigint; readonly metrics?: Readonly<Record<string, ActionCounts>> };
};

/** The tests of one contract. */
export type SoliditySuite = { readonly id: { readonly name: string }; readonly testResults: readonly SolidityTest[] };

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
