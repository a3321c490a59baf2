// How much of src the Solidity tests run: lines as Hardhat counts them, branches as branches.ts does. Writes
// coverage/lcov.info with both and fails when either share is too small. Tests that measure gas or the size of code are
// left out, because what is counted costs gas and size; properties and campaigns are tried less often.
import { globSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conditionsOf } from "./branches.ts";
import { PROJECT_FOLDER, runHardhat } from "./hardhat.ts";
import { branchesOf, type FileCoverage, formatTracefile, parseLines, type Share, shareOf } from "./lcov.ts";

const MIN_LINES = 0.98;
const MIN_BRANCHES = 0.95;

const FOLDER = join(PROJECT_FOLDER, "coverage");
const TRACEFILE = join(FOLDER, "lcov.info");
const GAS_FILES: readonly string[] = ["test/Bytecode.t.sol", "test/Gas.t.sol", "test/GasSweep.t.sol"];
const GAS_TESTS = "starved|starts_with_at_least|costs_the_vault_nothing|gas_given|used_again";

function testFiles(): readonly string[] {
  const found = globSync("test/**/*.t.sol", { cwd: PROJECT_FOLDER });
  return found.filter((file) => !GAS_FILES.includes(file)).toSorted();
}

function readHits(): ReadonlyMap<string, number> {
  const folder = join(FOLDER, "data", "solidity");
  const hits = new Map<string, number>();
  for (const file of readdirSync(folder)) {
    const counts: Record<string, number> = JSON.parse(readFileSync(join(folder, file), "utf8"));
    for (const [tag, count] of Object.entries(counts)) hits.set(tag, (hits.get(tag) ?? 0) + count);
  }
  return hits;
}

function readCoverage(): readonly FileCoverage[] {
  const hits = readHits();
  return [...parseLines(readFileSync(TRACEFILE, "utf8"))]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([path, lines]) => {
      const conditions = conditionsOf(path, readFileSync(join(PROJECT_FOLDER, path), "utf8"));
      return { path, lines, branches: branchesOf(conditions, hits) };
    });
}

/** `12 of 13 (92.3%)`, and 100% of nothing. */
function format({ found, hit }: Share): string {
  return `${hit} of ${found} (${(ratio({ found, hit }) * 100).toFixed(1)}%)`;
}

function ratio({ found, hit }: Share): number {
  return found === 0 ? 1 : hit / found;
}

function missedIn({ lines, branches }: FileCoverage): string {
  const missedLines = lines.filter(({ count }) => count === 0).map(({ line }) => `${line}`);
  const missedBranches = branches.flatMap(({ line, count }, index) =>
    count === 0 ? [`${line} never ${index % 2 === 0 ? "true" : "false"}`] : [],
  );
  return [...missedLines, ...missedBranches].join(", ");
}

function report(files: readonly FileCoverage[]): boolean {
  for (const file of files) {
    const missed = missedIn(file);
    if (missed !== "") process.stdout.write(`${file.path}: not run: ${missed}\n`);
  }
  const lines = shareOf(files.flatMap((file) => file.lines));
  const branches = shareOf(files.flatMap((file) => file.branches));
  process.stdout.write(`lines ${format(lines)}, branches ${format(branches)}: ${TRACEFILE}\n`);
  if (ratio(lines) < MIN_LINES) process.stderr.write(`coverage: lines are below ${MIN_LINES * 100}%\n`);
  if (ratio(branches) < MIN_BRANCHES) process.stderr.write(`coverage: branches are below ${MIN_BRANCHES * 100}%\n`);
  return ratio(lines) >= MIN_LINES && ratio(branches) >= MIN_BRANCHES;
}

async function main(): Promise<number> {
  rmSync(FOLDER, { recursive: true, force: true });
  const env = { SYNOD_COVERAGE: "1" };
  // All at once first: the runner knows a handler only when it was built together with everything else.
  const build = await runHardhat({ args: ["--coverage", "build", "--quiet"], env });
  if (build.exitCode !== 0) return build.exitCode;
  const args = ["--coverage", "test", "solidity", "--grep-exclude", GAS_TESTS, ...testFiles()];
  const tests = await runHardhat({ args, env });
  if (tests.exitCode !== 0) return tests.exitCode;
  const files = readCoverage();
  writeFileSync(TRACEFILE, formatTracefile(files));
  return report(files) ? 0 : 1;
}

process.exitCode = await main();
