// `npm run test:deep`: the contracts' tests, the threshold library's and the committer's, with far more cases, and every
// fault of the chaos devnet. With `contracts`, `committer` or `cli` as its first argument that one alone, and what follows
// goes to the runner of one of the latter two, files in place of all; other arguments go to the library's, and it runs
// alone.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LIBRARY = "packages/tss";
/** The committer's tests that have more to do. */
const COMMITTER_FILES = [
  "test/chain/committee-reorganisation.test.ts",
  "test/deep",
  "test/sessions/handover-crashes.test.ts",
  "test/simulation",
];

function npm(args: readonly string[]): number {
  return spawnSync("npm", args, { cwd: root, stdio: "inherit" }).status ?? 1;
}

function testDeeply(workspace: string, args: readonly string[]): number {
  return npm(["run", "--silent", "test:deep", "--workspace", workspace, "--", ...args]);
}

/** Tests that need the compiled contracts: a devnet deploys them, and modelled ones are held against them. */
function testBuilt(workspace: string, args: readonly string[]): number {
  return Math.max(npm(["run", "--silent", "build"]), testDeeply(workspace, args));
}

function testCommitter(args: readonly string[]): number {
  const hasFiles = args.some((arg) => !arg.startsWith("-"));
  return testBuilt("apps/committer", hasFiles ? args : [...COMMITTER_FILES, ...args]);
}

function main(args: readonly string[]): number {
  const [first, ...rest] = args;
  if (first === "contracts" && rest.length === 0) return testDeeply("contracts", []);
  if (first === "committer") return testCommitter(rest);
  if (first === "cli") return testBuilt("apps/cli", rest);
  if (first !== undefined) return testDeeply(LIBRARY, args);
  const unbuilt = ["contracts", LIBRARY].map((workspace) => testDeeply(workspace, []));
  return Math.max(...unbuilt, testCommitter([]), testBuilt("apps/cli", []));
}

process.exitCode = main(process.argv.slice(2));
