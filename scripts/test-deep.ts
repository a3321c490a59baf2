// `npm run test:deep`: the contracts' tests and the threshold library's, with far more cases. With the argument
// `contracts` the former alone; other arguments go to the latter's runner, and it runs alone.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LIBRARY = "packages/tss";

function testDeeply(workspace: string, args: readonly string[]): number {
  const npm = ["run", "--silent", "test:deep", "--workspace", workspace, "--", ...args];
  return spawnSync("npm", npm, { cwd: root, stdio: "inherit" }).status ?? 1;
}

function main(args: readonly string[]): number {
  if (args.length === 1 && args[0] === "contracts") return testDeeply("contracts", []);
  if (args.length > 0) return testDeeply(LIBRARY, args);
  return Math.max(testDeeply("contracts", []), testDeeply(LIBRARY, args));
}

process.exitCode = main(process.argv.slice(2));
