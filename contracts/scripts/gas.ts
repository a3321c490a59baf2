import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_FOLDER, runHardhat } from "./hardhat.ts";

/** Gas per named operation. */
export type GasFigures = Readonly<Record<string, number>>;

const SNAPSHOT_FILE = join(PROJECT_FOLDER, "snapshots", "gas.json");

/**
 * Measures the named operations of test/Gas.t.sol, each as a transaction of its own, and compares them with
 * snapshots/gas.json. Any difference is a failure; with `update` the snapshot is written instead.
 *
 * Side effects: runs Hardhat, prints differences, may write the snapshot.
 *
 * @returns whether the figures are as the snapshot says.
 */
export async function checkGas({ update }: { readonly update: boolean }): Promise<boolean> {
  const run = await runHardhat({
    args: ["test", "solidity", "test/Gas.t.sol"],
    env: { SYNOD_ISOLATE_CALLS: "1" },
  });
  if (run.exitCode !== 0) return false;
  const measured = parseGas(run.output);
  if (update) writeSnapshot(measured);
  const differences = compareGas(readSnapshot(), measured);
  for (const difference of differences) process.stderr.write(`gas: ${difference}\n`);
  if (differences.length > 0) {
    process.stderr.write("gas: if this is meant, run again with SYNOD_UPDATE_SNAPSHOTS=1 and commit the snapshot\n");
  }
  return differences.length === 0;
}

/** Reads the figures from the test's log lines `gas <name>: <number>`, sorted by name. */
export function parseGas(output: string): GasFigures {
  const lines = output.matchAll(/^\s*gas (.+): (\d+)$/gm);
  const entries = [...lines].map(([, name, gas]): [string, number] => [String(name), Number(gas)]);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** One line per operation that is new, gone or costs another amount; also when nothing was measured at all. */
export function compareGas(expected: GasFigures, measured: GasFigures): readonly string[] {
  if (Object.keys(measured).length === 0) return ["nothing was measured"];
  const names = [...new Set([...Object.keys(expected), ...Object.keys(measured)])].sort();
  return names
    .filter((name) => expected[name] !== measured[name])
    .map((name) => `${name}: ${expected[name] ?? "absent"} in the snapshot, ${measured[name] ?? "absent"} now`);
}

function readSnapshot(): GasFigures {
  if (!existsSync(SNAPSHOT_FILE)) return {};
  const figures: GasFigures = JSON.parse(readFileSync(SNAPSHOT_FILE, "utf8"));
  return figures;
}

function writeSnapshot(figures: GasFigures): void {
  mkdirSync(dirname(SNAPSHOT_FILE), { recursive: true });
  writeFileSync(SNAPSHOT_FILE, `${JSON.stringify(figures, undefined, 2)}\n`);
}
