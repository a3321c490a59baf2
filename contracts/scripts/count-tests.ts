import type { SoliditySuite, SolidityTest } from "./solidity-tests.ts";

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
