/*
 * Takes the checks of the threshold library away one at a time and runs the tests that should notice.
 *
 *   npm run mutate:tss -- --only src/sign          one folder or file, or `src/sign/combine.ts:30` for one line
 *   npm run mutate:tss -- --shard 1/4 --json       the first quarter, as one document on standard output
 *   npm run mutate:tss -- --near                   only the tests of the same folder: quick, and pessimistic
 *   npm run mutate:tss -- --again near.json        only what survived according to an earlier --json document
 *
 * It works in a temporary copy (`--commit HEAD`: of that commit, without what is changed in the work tree). A mutant is
 * killed if a test fails or the run exceeds its time. packages/tss/mutation.json lists the files, and the mutants that no
 * test can kill with the reason. The exit code is 1 below `--target` (95 %), or if the tests fail without a mutant.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { applyMutant, findMutants, type Mutant } from "./mutants.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PACKAGE = "packages/tss";
/** Other tests run for what the near ones let live, cheapest first, while they take at most this long together. */
const FAR_MS = 300_000;
const START_MS = 20_000;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    shard: { type: "string", default: "1/1" },
    target: { type: "string", default: "95" },
    again: { type: "string" },
    near: { type: "boolean", default: false },
    commit: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

type Settings = {
  readonly files: readonly string[];
  /** Folders of tests that are as near to a folder of sources as those of its own name. */
  readonly near: Readonly<Record<string, readonly string[]>>;
  /** Mutants of a file with this text at the check (and this replacement, if given), and why they change nothing. */
  readonly equivalent: readonly {
    readonly file: string;
    readonly text: string;
    readonly replacement?: string;
    readonly reason: string;
  }[];
};
type Outcome = "killed" | "killed by time" | "survived" | "equivalent";
type Placed = Mutant & { readonly file: string };
type Judged = Omit<Placed, "start" | "end"> & { readonly outcome: Outcome; readonly seconds: number };
type TestFile = { readonly file: string; readonly ms: number };

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function copyPackage(): string {
  const copy = mkdtempSync(join(tmpdir(), "synod-mutants-"));
  const parts = [`${PACKAGE}/src`, `${PACKAGE}/test`, `${PACKAGE}/bench`, `${PACKAGE}/package.json`, "test/vectors"];
  const { commit } = options;
  if (commit !== undefined) {
    const present = parts.filter((part) => execFileSync("git", ["ls-tree", commit, part], { cwd: root }).length > 0);
    const archive = execFileSync("git", ["archive", commit, ...present], { cwd: root, maxBuffer: 2 ** 30 });
    execFileSync("tar", ["-x", "-C", copy], { input: archive });
  } else {
    for (const part of parts.filter((one) => existsSync(join(root, one)))) {
      mkdirSync(dirname(join(copy, part)), { recursive: true });
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const own = join(root, PACKAGE, "node_modules");
  if (existsSync(own)) symlinkSync(own, join(copy, PACKAGE, "node_modules"));
  return join(copy, PACKAGE);
}

type TestRun = { readonly outcome: "passed" | "failed" | "late"; readonly ms: number };

/** Runs test files until one fails. */
function runTests(folder: string, files: readonly string[], limitMs: number, report?: string): Promise<TestRun> {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = report === undefined ? ["--reporter=dot"] : ["--reporter=json", `--outputFile=${report}`];
  const bail = report === undefined ? ["--bail=1"] : [];
  const begin = performance.now();
  return new Promise((resolve) => {
    // A process group of its own: a mutant that loops for ever ends with its workers.
    const child = spawn(process.execPath, [vitest, "run", ...bail, ...reporters, ...files], {
      cwd: folder,
      stdio: "ignore",
      detached: true,
    });
    let isLate = false;
    const stop = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(() => {
      isLate = true;
      stop();
    }, limitMs);
    // A group of its own does not end with the terminal's either.
    process.on("exit", stop);
    child.on("close", (code) => {
      clearTimeout(timer);
      process.off("exit", stop);
      const outcome = isLate ? "late" : code === 0 ? "passed" : "failed";
      resolve({ outcome, ms: performance.now() - begin });
    });
  });
}

/** Every test file with what it takes; ends the program if the tests fail without a mutant. */
async function runBaseline(folder: string, isWanted: (test: string) => boolean): Promise<readonly TestFile[]> {
  const files = globSync("test/**/*.test.ts", { cwd: folder }).filter(isWanted);
  log(`baseline: ${files.length} test files without a mutant`);
  const report = join(folder, "baseline.json");
  const { outcome, ms } = await runTests(folder, files, 1_800_000, report);
  if (outcome !== "passed") {
    log("the tests fail without a mutant; there is nothing to measure");
    process.exit(1);
  }
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: { name: string; startTime: number; endTime: number }[];
  };
  log(`baseline passed in ${Math.round(ms / 1000)} s`);
  return testResults
    .map(({ name, startTime, endTime }) => ({ file: name.slice(folder.length + 1), ms: endTime - startTime }))
    .toSorted((a, b) => a.ms - b.ms);
}

/** `src/engine/admit.ts` and `test/engine/session.test.ts` are of the area `engine`. */
function areaOf(file: string): string {
  return file.split("/")[1] ?? "";
}

function within(tests: readonly TestFile[], limitMs: number): readonly TestFile[] {
  let sum = 0;
  return tests.filter(({ ms }) => {
    sum += ms;
    return sum <= limitMs;
  });
}

type Nearness = (source: string, test: string) => boolean;

async function judge(folder: string, mutant: Placed, tests: readonly TestFile[], isNear: Nearness): Promise<Judged> {
  const path = join(folder, mutant.file);
  const source = readFileSync(path, "utf8");
  // Near tests one file at a time, cheapest first; the others at once.
  const near = tests.filter(({ file }) => isNear(mutant.file, file));
  const far = options.near
    ? []
    : within(
        tests.filter((test) => !near.includes(test)),
        FAR_MS,
      );
  const steps = [...near.map((test) => [test]), ...(far.length > 0 ? [far] : [])];
  const begin = performance.now();
  let outcome: Outcome = "survived";
  writeFileSync(path, applyMutant(source, mutant));
  try {
    for (const step of steps) {
      if (outcome !== "survived") break;
      const limit = START_MS + 4 * step.reduce((sum, { ms }) => sum + ms, 0);
      const files = step.map(({ file }) => file);
      const run = await runTests(folder, files, limit);
      if (run.outcome === "failed") outcome = "killed";
      if (run.outcome === "late") outcome = "killed by time";
    }
  } finally {
    writeFileSync(path, source);
  }
  const { file, line, text, replacement } = mutant;
  return { file, line, text, replacement, outcome, seconds: Math.round((performance.now() - begin) / 1000) };
}

function key({ file, line, text, replacement }: Pick<Placed, "file" | "line" | "text" | "replacement">): string {
  return [file, line, text, replacement].join("\n");
}

/** The mutants that an earlier run could not kill; undefined if none is named. */
function earlierSurvivors(): ReadonlySet<string> | undefined {
  if (options.again === undefined) return undefined;
  const { mutants } = JSON.parse(readFileSync(options.again, "utf8")) as { mutants: Judged[] };
  return new Set(mutants.filter(({ outcome }) => outcome === "survived").map(key));
}

function selectMutants(folder: string, { files }: Settings): readonly Placed[] {
  const [path = "", line] = options.only.split(":");
  const [index = 1, count = 1] = options.shard.split("/").map(Number);
  const again = earlierSurvivors();
  const sources = files.flatMap((pattern) => globSync(pattern, { cwd: folder })).toSorted();
  return sources
    .filter((file) => file.startsWith(path.replace(`${PACKAGE}/`, "")))
    .flatMap((file) => findMutants(file, readFileSync(join(folder, file), "utf8")).map((one) => ({ ...one, file })))
    .filter((mutant) => again?.has(key(mutant)) ?? true)
    .filter((mutant) => line === undefined || mutant.line === Number(line))
    .filter((_, position) => position % count === index - 1);
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > 90 ? `${flat.slice(0, 87)}...` : flat;
}

function isEquivalent({ equivalent }: Settings, mutant: Placed): boolean {
  return equivalent.some(
    ({ file, text, replacement }) =>
      file === mutant.file &&
      text === oneLine(mutant.text) &&
      (replacement ?? mutant.replacement) === mutant.replacement,
  );
}

/** Entries that name no mutant any more: the code moved on and the reason must be looked at again. */
function staleEntries(folder: string, settings: Settings): readonly string[] {
  return settings.equivalent
    .filter(({ file, text, replacement }) => {
      if (!existsSync(join(folder, file))) return true;
      const mutants = findMutants(file, readFileSync(join(folder, file), "utf8"));
      return !mutants.some((one) => oneLine(one.text) === text && (replacement ?? one.replacement) === one.replacement);
    })
    .map(({ file, text }) => `${PACKAGE}/mutation.json: no mutant "${text}" in ${file}`);
}

async function main(): Promise<number> {
  const folder = copyPackage();
  process.on("exit", () => rmSync(dirname(dirname(folder)), { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
  const settings = JSON.parse(readFileSync(join(root, PACKAGE, "mutation.json"), "utf8")) as Settings;
  const mutants = selectMutants(folder, settings);
  if (mutants.length === 0 && options.again === undefined) {
    log(`there is no check to take away in what --only ${options.only} and --shard ${options.shard} select`);
    return 1;
  }
  const isNear: Nearness = (source, test) =>
    [areaOf(source), ...(settings.near[areaOf(source)] ?? [])].includes(areaOf(test));
  const sources = [...new Set(mutants.map(({ file }) => file))];
  const tests = await runBaseline(folder, (test) => !options.near || sources.some((source) => isNear(source, test)));
  const judged: Judged[] = [];
  for (const mutant of mutants) {
    const { start: _start, end: _end, ...place } = mutant;
    const verdict: Judged = isEquivalent(settings, mutant)
      ? { ...place, outcome: "equivalent", seconds: 0 }
      : await judge(folder, mutant, tests, isNear);
    judged.push(verdict);
    const change = `${oneLine(verdict.text)}  ->  ${verdict.replacement.trim()}`;
    log(
      `${judged.length}/${mutants.length} ${verdict.outcome.padEnd(14)} ${verdict.seconds} s  ${PACKAGE}/${verdict.file}:${verdict.line}  ${change}`,
    );
  }
  return report(judged, staleEntries(folder, settings));
}

function report(judged: readonly Judged[], stale: readonly string[]): number {
  const counted = judged.filter(({ outcome }) => outcome !== "equivalent");
  const survivors = counted.filter(({ outcome }) => outcome === "survived");
  const score = counted.length === 0 ? 100 : (100 * (counted.length - survivors.length)) / counted.length;
  if (options.json) process.stdout.write(`${JSON.stringify({ score, mutants: judged, stale }, null, 2)}\n`);
  else {
    for (const { file, line, text, replacement } of survivors) {
      process.stdout.write(`survived  ${PACKAGE}/${file}:${line}  ${oneLine(text)}  ->  ${replacement.trim()}\n`);
    }
    for (const line of stale) process.stdout.write(`${line}\n`);
    const equivalent = judged.length - counted.length;
    process.stdout.write(
      `${counted.length - survivors.length} of ${counted.length} killed, ${equivalent} equivalent: ${score.toFixed(1)} %\n`,
    );
  }
  return score >= Number(options.target) && stale.length === 0 ? 0 : 1;
}

process.exit(await main());
