// Runs the Solidity tests, compares random digests with viem's (SYNOD_DEEP=1: ten times as many), deploys the Ignition
// modules, compares the contracts' addresses with ../deployments, and records the counts in .results/test.json. With
// --gas-stats-json also compares the gas of the named operations with snapshots/gas.json. SYNOD_UPDATE_SNAPSHOTS=1 writes
// addresses and gas instead.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { checkDeployments } from "./deployments.ts";
import { compareDigests } from "./digests.ts";
import { checkGas } from "./gas.ts";
import { PROJECT_FOLDER, runHardhat } from "./hardhat.ts";
import { checkIgnition } from "./ignition.ts";

type Counts = { readonly numPassedTests: number; readonly numFailedTests: number };

function parseCounts(output: string): Counts {
  const text = stripVTControlCharacters(output);
  return { numPassedTests: lastCount(text, "passing"), numFailedTests: lastCount(text, "failing") };
}

/** The number in the last line of the form `12 passing`; test names cannot be mistaken for it. */
function lastCount(text: string, word: "passing" | "failing"): number {
  const matches = [...text.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, "gm"))];
  return Number(matches.at(-1)?.[1] ?? 0);
}

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

function countOf(isPassed: boolean): Counts {
  return { numPassedTests: isPassed ? 1 : 0, numFailedTests: isPassed ? 0 : 1 };
}

async function main(): Promise<number> {
  const run = await runHardhat({ args: ["test", "solidity"] });
  const counts = parseCounts(run.output);
  const update = process.env.SYNOD_UPDATE_SNAPSHOTS === "1";
  const others = [await testDigests(), countOf(await checkIgnition()), countOf(checkDeployments({ update }))];
  const failed = others.reduce((sum, { numFailedTests }) => sum + numFailedTests, 0);
  writeCounts({
    numPassedTests: counts.numPassedTests + others.reduce((sum, { numPassedTests }) => sum + numPassedTests, 0),
    numFailedTests: counts.numFailedTests + failed,
  });
  if (run.exitCode !== 0) return run.exitCode;
  if (failed > 0) return 1;
  if (counts.numPassedTests === 0) {
    process.stderr.write("contracts: Hardhat reported no passed test\n");
    return 1;
  }
  if (!process.argv.includes("--gas-stats-json")) return 0;
  return (await checkGas({ update })) ? 0 : 1;
}

process.exitCode = await main();
