// `npm run test:deep`: the contracts' tests, the threshold library's and the committer's, with far more cases, and every
// fault of the chaos devnet. With `contracts`, `committer` or `cli` as its first argument that one alone, and what follows
// goes to the runner of one of the latter two; other arguments go to the library's, and it runs alone.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LIBRARY = "packages/tss";

function npm(args: readonly string[]): number {
  return spawnSync("npm", args, { cwd: root, stdio: "inherit" }).status ?? 1;
}

function testDeeply(workspace: string, args: readonly string[]): number {
  return npm(["run", "--silent", "test:deep", "--workspace", workspace, "--", ...args]);
}

/** The modelled contracts are held against the compiled ones. */
function testCommitter(args: readonly string[]): number {
  return Math.max(npm(["run", "--silent", "build"]), testDeeply("apps/committer", args));
}

/** A devnet deploys the compiled contracts. */
function testCli(args: readonly string[]): number {
  return Math.max(npm(["run", "--silent", "build"]), testDeeply("apps/cli", args));
}

function main(args: readonly string[]): number {
  const [first, ...rest] = args;
  if (first === "contracts" && rest.length === 0) return testDeeply("contracts", []);
  if (first === "committer") return testCommitter(rest);
  if (first === "cli") return testCli(rest);
  if (first !== undefined) return testDeeply(LIBRARY, args);
  return Math.max(testDeeply("contracts", []), testDeeply(LIBRARY, []), testCommitter([]), testCli([]));
}

process.exitCode = main(process.argv.slice(2));
