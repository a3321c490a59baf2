// A copy of the package in a temporary folder, into whose sources mutants can be written.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const ROOT: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The package whose checks are taken away. */
export const PACKAGE = "packages/tss";

/** Some tests read vectors, and what the documents say. */
const PARTS = [...["src", "test", "bench", "package.json"].map((part) => `${PACKAGE}/${part}`), "test/vectors", "docs"];

/** The tests of the copy run in one worker at a time, each file in a process of its own, under the mutation runner. */
const CONFIG = `import { defineConfig } from "vitest/config";
export default defineConfig({
  test: {
    runner: ${JSON.stringify(join(ROOT, "scripts", "mutation", "runner.ts"))},
    pool: "forks",
    maxWorkers: 1,
    maxConcurrency: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
`;

/**
 * Copies the package and what its tests read, of the work tree or of a commit. Returns the package's folder in the copy.
 *
 * Side effects: the copy is removed when this process ends.
 */
export function copyPackage(commit: string | undefined): string {
  const copy = mkdtempSync(join(tmpdir(), "synod-mutants-"));
  process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
  if (commit === undefined) copyTree(copy);
  else copyCommit(copy, commit);
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const own = join(ROOT, PACKAGE, "node_modules");
  if (existsSync(own)) symlinkSync(own, join(copy, PACKAGE, "node_modules"));
  writeFileSync(join(copy, PACKAGE, "vitest.config.ts"), CONFIG);
  return join(copy, PACKAGE);
}

function copyTree(copy: string): void {
  for (const part of PARTS.filter((one) => existsSync(join(ROOT, one)))) {
    mkdirSync(dirname(join(copy, part)), { recursive: true });
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
}

function copyCommit(copy: string, commit: string): void {
  const present = PARTS.filter((part) => execFileSync("git", ["ls-tree", commit, part], { cwd: ROOT }).length > 0);
  const archive = execFileSync("git", ["archive", commit, ...present], { cwd: ROOT, maxBuffer: 2 ** 30 });
  execFileSync("tar", ["-x", "-C", copy], { input: archive });
}
