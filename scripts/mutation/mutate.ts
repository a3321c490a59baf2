/*
 * Takes the checks of the threshold library away one at a time and runs the tests that should notice.
 *
 *   npm run mutate:tss                             all of them, and the score of every area
 *   npm run mutate:tss -- --only src/sign          folders or files (a,b), or `src/sign/combine.ts:30` for one line
 *   npm run mutate:tss -- --shard 1/4 --json       the first quarter, as one document on standard output
 *   npm run mutate:tss -- --tests test/sign        only with these tests (a,b): quick, and pessimistic
 *   npm run mutate:tss -- --again before.json      only what survived according to an earlier --json document
 *
 * It works in a temporary copy (`--commit HEAD`: of that commit, without what is changed in the work tree). One run
 * without mutants records which tests each could make a difference to (sites.ts; kept for the next time in
 * packages/tss/.results); only those are tried (judge.ts). A mutant is killed if such a test fails or takes many times as
 * long as without it. packages/tss/mutation.json lists the files, and the mutants that no test can kill with the reason.
 * The exit code is 1 below `--target` (95 %), if an entry of that list is stale, or if the tests fail without a mutant.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { judge } from "./judge.ts";
import { findMutants } from "./mutants.ts";
import { findWitnesses, type Recording, readRecording } from "./recording.ts";
import { digestTests, readStored, store } from "./recording-store.ts";
import { type Judged, printMutant, printTable, scoreOf, tabulate } from "./report.ts";
import { runPlan } from "./run-tests.ts";
import { isEquivalent, type Named, readSettings, type Settings, staleEntries } from "./settings.ts";
import { type Placed, type Site, sitesOf, writeRecorded, writeSwitched } from "./sites.ts";
import { copyPackage, PACKAGE } from "./working-copy.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    shard: { type: "string", default: "1/1" },
    tests: { type: "string", default: "test" },
    target: { type: "string", default: "95" },
    again: { type: "string" },
    commit: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

type SourceFile = { readonly file: string; readonly source: string; readonly sites: readonly Site[] };

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function key({ file, line, text, replacement }: Omit<Judged, "outcome">): string {
  return [file, line, text, replacement].join("\n");
}

/** The mutants that an earlier run could not kill; undefined if none is named. */
function earlierSurvivors(): ReadonlySet<string> | undefined {
  if (options.again === undefined) return undefined;
  const { mutants } = JSON.parse(readFileSync(options.again, "utf8")) as { mutants: Judged[] };
  return new Set(mutants.filter(({ outcome }) => outcome === "survived").map(key));
}

type NumberedMutant = Placed & Named;

/** Every mutant of the package, so that their numbers do not depend on what is asked for. */
function allMutants(folder: string, { files }: Settings): readonly NumberedMutant[] {
  const paths = files.flatMap((pattern) => globSync(pattern, { cwd: folder })).toSorted();
  return paths
    .flatMap((file) => {
      const source = readFileSync(join(folder, file), "utf8");
      return findMutants(file, source).map((mutant) => ({ ...mutant, file, source }));
    })
    .map((mutant, position) => ({ ...mutant, id: position + 1 }));
}

function selectMutants(mutants: readonly NumberedMutant[]): readonly NumberedMutant[] {
  const [where = "", line] = options.only.split(":");
  const paths = where.split(",");
  const [index = 1, count = 1] = options.shard.split("/").map(Number);
  const again = earlierSurvivors();
  return mutants
    .filter(({ file }) => paths.some((path) => file.startsWith(path.replace(`${PACKAGE}/`, ""))))
    .filter((mutant) => again?.has(key(mutant)) ?? true)
    .filter((mutant) => line === undefined || mutant.line === Number(line))
    .filter((_, position) => position % count === index - 1);
}

function readSources(folder: string, mutants: readonly Placed[]): readonly SourceFile[] {
  const sources: SourceFile[] = [];
  let lastId = 0;
  for (const [file, group] of Map.groupBy(mutants, (mutant) => mutant.file)) {
    const sites = sitesOf(group, lastId);
    lastId += sites.length;
    sources.push({ file, source: readFileSync(join(folder, file), "utf8"), sites });
  }
  return sources;
}

function writeSources(folder: string, sources: readonly SourceFile[], write: typeof writeRecorded): void {
  for (const { file, source, sites } of sources) writeFileSync(join(folder, file), write(source, sites));
}

/** Every test without a mutant, of which earlier runs may have been kept; ends the program if one fails. */
async function record(folder: string, sources: readonly SourceFile[], { files, slow }: Settings): Promise<Recording> {
  const tests = globSync("test/**/*.test.ts", { cwd: folder, exclude: slow }).filter((file) =>
    options.tests.split(",").some((path) => file.startsWith(path)),
  );
  const digests = digestTests(folder, tests, files);
  const stored = readStored();
  const fresh = tests.filter((file) => stored[file]?.digest !== digests.get(file));
  const kept = tests.filter((file) => !fresh.includes(file)).flatMap((file) => stored[file]?.entries ?? []);
  if (fresh.length === 0) return readRecording(kept);
  log(`without a mutant: ${fresh.length} test files, ${tests.length - fresh.length} are as they were`);
  writeSources(folder, sources, writeRecorded);
  const sites = sources.reduce((sum, one) => sum + one.sites.length, 0);
  const plan = { kind: "record", log: join(folder, "record.log"), sites } as const;
  const { outcome, log: entries } = await runPlan(folder, plan, fresh, () => false);
  store(digests, entries);
  const recording = readRecording([...kept, ...entries]);
  if (outcome === "passed") return recording;
  for (const name of recording.failed) log(`fails without a mutant: ${name}`);
  log("the tests fail without a mutant; there is nothing to measure");
  process.exit(1);
}

async function judgeAll(
  folder: string,
  all: readonly NumberedMutant[],
  chosen: readonly NumberedMutant[],
  settings: Settings,
): Promise<readonly Judged[]> {
  const sources = readSources(folder, all);
  const [listed, real] = [true, false].map((want) => chosen.filter((one) => isEquivalent(settings, one) === want));
  const recording = await record(folder, sources, settings);
  const witnesses = findWitnesses(
    sources.flatMap(({ sites }) => sites),
    recording,
  );
  writeSources(folder, sources, writeSwitched);
  const judged: (Judged & { readonly id: number })[] = [];
  const decide = (id: number, outcome: Judged["outcome"], by?: string): void => {
    const mutant = all[id - 1];
    if (mutant === undefined) return;
    const { file, line, text, replacement } = mutant;
    judged.push({ id, file, line, text, replacement, outcome, ...(by === undefined ? {} : { by }) });
    log(`${judged.length}/${chosen.length} ${outcome.padEnd(14)} ${printMutant(mutant)}`);
  };
  for (const { id } of listed ?? []) decide(id, "equivalent");
  await judge(
    { folder, recording, witnesses, run: runPlan, decide },
    (real ?? []).map(({ id }) => id),
  );
  return judged.toSorted((a, b) => a.id - b.id).map(({ id: _id, ...one }) => one);
}

function report(judged: readonly Judged[], stale: readonly string[]): number {
  const areas = tabulate(judged);
  const all = areas.at(-1);
  const score = all === undefined ? 0 : scoreOf(all);
  if (options.json) process.stdout.write(`${JSON.stringify({ score, areas, mutants: judged, stale }, null, 2)}\n`);
  else {
    const survivors = judged.filter(({ outcome }) => outcome === "survived");
    const lines = [...survivors.map((mutant) => `survived  ${printMutant(mutant)}`), ...stale, printTable(areas)];
    process.stdout.write(lines.join("\n"));
  }
  return score >= Number(options.target) && stale.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
  const folder = copyPackage(options.commit);
  const settings = readSettings();
  const all = allMutants(folder, settings);
  const stale = staleEntries(settings, all);
  const mutants = selectMutants(all);
  if (mutants.length === 0 && options.again === undefined) {
    log(`there is no check to take away in what --only ${options.only} and --shard ${options.shard} select`);
    return 1;
  }
  return report(mutants.length === 0 ? [] : await judgeAll(folder, all, mutants, settings), stale);
}

process.exit(await main());
