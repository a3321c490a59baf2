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

/** What came of a run. */
export type SolidityRun = {
  readonly passed: number;
  /** Tests, or 1 when something outside the tests failed. */
  readonly failed: number;
  readonly suites: readonly SoliditySuite[];
};

/**
 * Counts the tests of a run. Hardhat's own summary is left empty unless its task for all tests asks for it.
 *
 * @param isSuccess whether Hardhat calls the run one
 */
export function countTests(suites: readonly SoliditySuite[], isSuccess: boolean): SolidityRun {
  const tests = suites.flatMap(({ testResults }) => testResults);
  const count = (wanted: SolidityTest["status"]): number => tests.filter(({ status }) => status === wanted).length;
  return { passed: count("Success"), failed: Math.max(count("Failure"), isSuccess ? 0 : 1), suites };
}
