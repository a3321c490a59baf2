/*
 * Proves the rules of LifecycleProofs.sol with the compiler's model checker (CHC engine), then changes the library in ways
 * each of which must turn a proof into a counterexample.
 *
 *   npm run prove
 *
 * The solver is z3: the one on the path, or the one of npm in this folder, installed when it is first needed.
 */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const ENTRY = "proofs/LifecycleProofs.sol";
const LIBRARY = "src/libraries/Lifecycle.sol";
const SOURCES = [ENTRY, LIBRARY, "src/types/Decision.sol"];
const QUERY_TIMEOUT_MS = 300_000;

/** A change of the library and the rule that it breaks. */
type Mutation = { readonly from: string; readonly to: string; readonly breaks: string };

const MUTATIONS: readonly Mutation[] = [
  {
    from: "if (facts.executedAt != 0) return DecisionState.Executed;",
    to: "",
    breaks: "ExecutedExactlyWhenExecuted",
  },
  { from: "if (facts.vetoedAt != 0) return DecisionState.Vetoed;", to: "", breaks: "VetoedIsVetoed" },
  { from: "if (facts.cancelledAt != 0) return DecisionState.Cancelled;", to: "", breaks: "ReadyImpliesNotClosed" },
  { from: "!facts.reply) return", to: "facts.reply) return", breaks: "RejectedIsNeverOpen" },
  {
    from: "if (_happenedInTime(facts.epochRetiredAt, facts.deadline)) return DecisionState.Stale;",
    to: "",
    breaks: "NothingIsOpenInARetiredEpoch",
  },
  { from: "if (isPending && _happenedInTime(", to: "if (_happenedInTime(", breaks: "TheSequenceDoesNotTouchResults" },
  { from: "time > facts.deadline", to: "time >= facts.deadline", breaks: "PendingUntilItsDeadline" },
  { from: "time > facts.deadline", to: "time > facts.deadline + 1", breaks: "NothingIsOpenAfterItsDeadline" },
  { from: "time < facts.readyAt", to: "time <= facts.readyAt", breaks: "ApprovedBecomesReady" },
  { from: "time < facts.readyAt", to: "time + 1 < facts.readyAt", breaks: "ReadyOnlyInItsTime" },
  { from: "time <= deadline", to: "time < deadline", breaks: "NothingIsOpenInARetiredEpoch" },
  { from: "time != 0 && time <= deadline", to: "time != 0", breaks: "FinalStatesAreFinal" },
];

type Message = { readonly errorCode?: string; readonly severity: string; readonly formattedMessage: string };
type Output = { readonly errors?: readonly Message[] };
type Compiler = {
  compile(input: string, callbacks: { readonly smtSolver: (query: string) => object }): string;
};
type Solve = (query: string) => object;
type Verdict = "proved" | "violated" | "unknown";

const PROVED_CODE = "9576";
const VIOLATED_CODE = "6328";
const UNPROVED_CODE = "5840";

function ownSolver(): readonly [command: string, args: readonly string[]] {
  if (spawnSync("z3", ["--version"]).status === 0) return ["z3", ["-in"]];
  if (!existsSync(join(FOLDER, "node_modules", "z3-solver"))) {
    process.stderr.write("prove: installing z3 (npm, 33 MB)\n");
    const options: SpawnSyncOptions = { cwd: FOLDER, env: outsideOfNpm(), stdio: ["ignore", 2, 2] };
    const { status } = spawnSync("npm", ["ci", "--loglevel=error"], options);
    if (status !== 0) throw new Error("z3 could not be installed");
  }
  return [process.execPath, [join(FOLDER, "solve.cjs")]];
}

/** Without the settings of the `npm run` that started this, which would make npm install somewhere else. */
function outsideOfNpm(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([key]) => !key.toLowerCase().startsWith("npm_") || key === "npm_config_globalconfig",
  );
  return Object.fromEntries(kept);
}

function readSources(mutation?: Mutation): Record<string, { content: string }> {
  const entries = SOURCES.map((file): [string, { content: string }] => {
    const content = readFileSync(join(FOLDER, "..", file), "utf8");
    return [file, { content: file === LIBRARY && mutation !== undefined ? mutate(content, mutation) : content }];
  });
  return Object.fromEntries(entries);
}

function mutate(content: string, { from, to }: Mutation): string {
  if (!content.includes(from)) throw new Error(`the library does not say "${from}" any more`);
  return content.replace(from, to);
}

/** The rules, by name: the contracts of the entry file that can be checked. */
function ruleNames(): readonly string[] {
  const source = readFileSync(join(FOLDER, "..", ENTRY), "utf8");
  return [...source.matchAll(/^contract (\w+) is Rule/gm)].map(([, name]) => String(name));
}

/** A rule is violated when one of its assertions is, and proved when all of them are. */
function check(compiler: Compiler, solve: Solve, rule: string, mutation?: Mutation): Verdict {
  const modelChecker = {
    engine: "chc",
    solvers: ["smtlib2"],
    targets: ["assert"],
    contracts: { [ENTRY]: [rule] },
    showProvedSafe: true,
    showUnproved: true,
  };
  const input = { language: "Solidity", sources: readSources(mutation), settings: { modelChecker } };
  const output: Output = JSON.parse(compiler.compile(JSON.stringify(input), { smtSolver: solve }));
  const messages = output.errors ?? [];
  const broken = messages.filter((message) => message.severity === "error");
  if (broken.length > 0) throw new Error(broken.map((message) => message.formattedMessage).join("\n"));
  const has = (code: string) => messages.some((message) => message.errorCode === code);
  if (has(VIOLATED_CODE)) return "violated";
  return has(PROVED_CODE) && !has(UNPROVED_CODE) ? "proved" : "unknown";
}

function report(text: string, verdict: Verdict, expected: Verdict): number {
  process.stdout.write(`${verdict === expected ? "✔" : "✘"} ${text}: ${verdict}\n`);
  return verdict === expected ? 0 : 1;
}

function main(): number {
  const compiler: Compiler = createRequire(import.meta.url)("solc");
  const [command, args] = ownSolver();
  const solve = (query: string) => {
    const { stdout } = spawnSync(command, args, { input: query, encoding: "utf8", timeout: QUERY_TIMEOUT_MS });
    return { contents: stdout ?? "unknown" };
  };
  let wrong = 0;
  for (const rule of ruleNames()) wrong += report(rule, check(compiler, solve, rule), "proved");
  for (const mutation of MUTATIONS) {
    const text = `${mutation.breaks} with "${mutation.to}" for "${mutation.from}"`;
    wrong += report(text, check(compiler, solve, mutation.breaks, mutation), "violated");
  }
  return wrong === 0 ? 0 : 1;
}

process.exitCode = main();
