// `npm run test:deep`: the tests of the contracts, the threshold library and the committer, with far more cases. With the
// argument `contracts` or `committer` those alone; other arguments go to the library's runner, and it runs alone.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LIBRARY = "packages/tss";
const ALONE: ReadonlyMap<string, string> = new Map([
  ["contracts", "contracts"],
  ["committer", "apps/committer"],
]);

function testDeeply(workspace: string, args: readonly string[]): number {
  const npm = ["run", "--silent", "test:deep", "--workspace", workspace, "--", ...args];
  return spawnSync("npm", npm, { cwd: root, stdio: "inherit" }).status ?? 1;
}

function main(args: readonly string[]): number {
  const alone = args.length === 1 ? ALONE.get(args[0] ?? "") : undefined;
  if (alone !== undefined) return testDeeply(alone, []);
  if (args.length > 0) return testDeeply(LIBRARY, args);
  return Math.max(...[...ALONE.values(), LIBRARY].map((workspace) => testDeeply(workspace, [])));
}

process.exitCode = main(process.argv.slice(2));
