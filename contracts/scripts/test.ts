// Runs the Solidity tests and judges whether they looked hard enough (SYNOD_DEEP=1: far harder), compares random digests
// with viem's and the engine's judgements of random policies with core's, deploys the Ignition modules, compares the
// contracts' addresses with ../deployments, and records the counts in .results/test.json. With --gas-stats-json also
// compares the gas of the named operations with snapshots/gas.json. SYNOD_UPDATE_SNAPSHOTS=1 writes addresses and gas
// instead.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkDeployments } from "./deployments.ts";
import { compareDigests } from "./digests.ts";
import { judgeEffort } from "./effort.ts";
import { checkGas } from "./gas.ts";
import { PROJECT_FOLDER } from "./hardhat.ts";
import { checkIgnition } from "./ignition.ts";
import { comparePolicies } from "./policies.ts";
import type { SoliditySuite } from "./solidity-run.ts";
import { changersOf, configuredFuzzRuns, runSolidityTests } from "./solidity-tests.ts";

type Counts = { readonly numPassedTests: number; readonly numFailedTests: number };

function writeCounts(counts: Counts): void {
  const folder = join(PROJECT_FOLDER, ".results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "test.json"), `${JSON.stringify(counts)}\n`);
}

/** One test more: the digests of random messages. */
async function testDigests(): Promise<Counts> {
  const { compared, difference } = await compareDigests(process.env.SYNOD_DEEP === "1" ? 100_000 : 10_000);
  process.stdout.write(`digests: ${compared} equal viem's\n`);
  if (difference === undefined) return { numPassedTests: 1, numFailedTests: 0 };
  process.stderr.write(`digests: this one does not: ${difference}\n`);
  return { numPassedTests: 0, numFailedTests: 1 };
}

/** One test more: what the engine says of random policies; that none or all of the actions are cleared would say nothing. */
async function testPolicies(): Promise<Counts> {
  const { compared, cleared, difference } = await comparePolicies(process.env.SYNOD_DEEP === "1" ? 50_000 : 5_000);
  process.stdout.write(`policies: ${compared} judged as core judges, ${cleared} of the actions cleared\n`);
  if (difference !== undefined) process.stderr.write(`policies: judged otherwise: ${difference}\n`);
  return countOf(difference === undefined && cleared >= 100 && cleared < compared);
}

/** One test more: those of these scripts themselves. */
function testScripts(): Counts {
  const args = ["--test", "--test-reporter=dot", "scripts/test/*.test.ts"];
  return countOf(spawnSync(process.execPath, args, { cwd: PROJECT_FOLDER, stdio: "inherit" }).status === 0);
}

function countOf(isPassed: boolean): Counts {
  return { numPassedTests: isPassed ? 1 : 0, numFailedTests: isPassed ? 0 : 1 };
}

/** One test more: every property and every action was tried often enough. */
async function testEffort(suites: readonly SoliditySuite[]): Promise<Counts> {
  const { report, faults } = await judgeEffort(suites, { fuzzRuns: configuredFuzzRuns(), changersOf });
  for (const line of report) process.stdout.write(`effort: ${line}\n`);
  for (const line of faults) process.stderr.write(`effort: ${line}\n`);
  return countOf(faults.length === 0);
}

function sumOf(counts: readonly Counts[]): Counts {
  return {
    numPassedTests: counts.reduce((sum, { numPassedTests }) => sum + numPassedTests, 0),
    numFailedTests: counts.reduce((sum, { numFailedTests }) => sum + numFailedTests, 0),
  };
}

async function main(): Promise<number> {
  const { passed, failed, suites } = await runSolidityTests();
  const update = process.env.SYNOD_UPDATE_SNAPSHOTS === "1";
  const counts = sumOf([
    { numPassedTests: passed, numFailedTests: failed },
    testScripts(),
    await testEffort(suites),
    await testDigests(),
    await testPolicies(),
    countOf(await checkIgnition()),
    countOf(checkDeployments({ update })),
  ]);
  writeCounts(counts);
  if (counts.numFailedTests > 0) return 1;
  if (passed === 0) {
    process.stderr.write("contracts: Hardhat reported no passed test\n");
    return 1;
  }
  if (!process.argv.includes("--gas-stats-json")) return 0;
  return (await checkGas({ update })) ? 0 : 1;
}

process.exitCode = await main();
