// `npm test`: builds, runs the tests of every workspace, then adds up their counts. The last line is always
// "N passed, M failed"; a workspace that ends without a result counts as one failure.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const RESULT = ".results/test.json";

type Result = { readonly numPassedTests: number; readonly numFailedTests: number };
type Row = { readonly name: string; readonly passed: number; readonly failed: number; readonly note: string };
type Run = { readonly status: number; readonly seconds: number };

function workspaces(): readonly { readonly name: string; readonly folder: string }[] {
  const listed = spawnSync("npm", ["query", ".workspace"], { cwd: root, encoding: "utf8" });
  const found = JSON.parse(listed.stdout) as { name: string; location: string; scripts?: Record<string, string> }[];
  return found
    .filter((one) => one.scripts?.test !== undefined)
    .map(({ name, location }) => ({ name, folder: location }));
}

function run(args: readonly string[]): Run {
  const start = performance.now();
  const status = spawnSync("npx", ["turbo", "run", ...args], { cwd: root, stdio: "inherit" }).status ?? 1;
  return { status, seconds: Math.round((performance.now() - start) / 1000) };
}

function readRow(name: string, folder: string): Row {
  const file = join(root, folder, RESULT);
  if (!existsSync(file)) return { name, passed: 0, failed: 1, note: "ended without a result" };
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, "utf8")) as Result;
  const isEmpty = numPassedTests + numFailedTests === 0;
  return { name, passed: numPassedTests, failed: isEmpty ? 1 : numFailedTests, note: isEmpty ? "ran no test" : "" };
}

const found = workspaces();
for (const { folder } of found) rmSync(join(root, folder, RESULT), { force: true });
// Everything first: tests that start a devnet read the compiled contracts of a workspace they do not import.
if (run(["build", "--output-logs=errors-only"]).status !== 0) process.stderr.write("the build failed; see above\n");
const tests = run(["test", "--concurrency=2", "--continue", "--output-logs=full", ...process.argv.slice(2)]);
const rows = found.map(({ name, folder }) => readRow(name, folder));
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
const counted = rows.reduce((sum, row) => sum + row.failed, 0);
const failed = counted === 0 && tests.status !== 0 ? 1 : counted;

process.stdout.write(`\n${"workspace".padEnd(20)} ${"passed".padStart(7)} ${"failed".padStart(7)}\n`);
for (const { name, passed: good, failed: bad, note } of rows) {
  process.stdout.write(`${name.padEnd(20)} ${String(good).padStart(7)} ${String(bad).padStart(7)}  ${note}\n`);
}
if (counted === 0 && tests.status !== 0) process.stdout.write("a test command failed outside its tests; see above\n");
process.stdout.write(`all in ${tests.seconds} s\n\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
