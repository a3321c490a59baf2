// `npm run bench`: every figure of docs/performance.md in one run. With --json all of them as one document.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isJson = process.argv.includes("--json");

function run(script: string, ...settings: readonly string[]): string {
  const args = [join(root, script), ...settings, ...(isJson ? ["--json"] : [])];
  const result = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (result.status === 0) return result.stdout;
  process.stderr.write(`synod: ${script} ended with ${result.status ?? result.signal}\n`);
  process.exit(1);
}

process.stderr.write("threshold library ...\n");
const tss = run("packages/tss/bench/bench.ts", "--committees", "2-of-3,3-of-5");
process.stderr.write("submit to execute on a devnet of 4 committers ...\n");
const endToEnd = run("test/e2e/bench/bench.ts");
const gas = JSON.parse(readFileSync(join(root, "contracts/snapshots/gas.json"), "utf8")) as Record<string, number>;

if (isJson) {
  const figures = { tss: JSON.parse(tss) as unknown, endToEnd: JSON.parse(endToEnd) as unknown, gas };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} else {
  const lines = Object.entries(gas).map(([name, amount]) => `${name.padEnd(28)} ${String(amount).padStart(8)} gas`);
  process.stdout.write(`${tss}\n${endToEnd}\n${lines.join("\n")}\n`);
}
