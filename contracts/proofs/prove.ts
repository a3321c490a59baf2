/*
 * Proves the rules of LifecycleProofs.sol and GuardingProofs.sol with the compiler's model checker (CHC engine), then
 * changes the libraries in ways each of which must turn a proof into a counterexample.
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
import { ToolError } from "../scripts/tool-error.ts";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const PROJECT = join(FOLDER, "..");
const QUERY_TIMEOUT_MS = 300_000;

/** A change of the library and the rule that it breaks. */
type Mutation = { readonly from: string; readonly to: string; readonly breaks: string };

/** A library, the file of the rules that are proved of it, and the changes that break them. */
type Subject = { readonly library: string; readonly rules: string; readonly mutations: readonly Mutation[] };

const OF_LIFECYCLE: readonly Mutation[] = [
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

const OF_GUARDING: readonly Mutation[] = [
  { from: "until - time <= MAX_PAUSE", to: "until - time <= MAX_PAUSE + 1", breaks: "APauseIsShort" },
  { from: "until > time &&", to: "", breaks: "APauseIsShort" },
  { from: "pausedUntil + PAUSE_GAP;", to: "pausedUntil + PAUSE_GAP - 1;", breaks: "PausesLeaveAGap" },
  { from: "pausedUntil + PAUSE_GAP;", to: "pausedUntil;", breaks: "NobodyIsHeldLongerThanOnePause" },
  { from: "MAX_PAUSE = 14 days", to: "MAX_PAUSE = 15 days", breaks: "NobodyIsHeldLongerThanOnePause" },
  { from: "firstVetoedAt + VETO_PERIOD ?", to: "firstVetoedAt + VETO_PERIOD + 1 ?", breaks: "VetoesEnd" },
  { from: "time > vetoesAgainAfter", to: "time >= vetoesAgainAfter", breaks: "VetoesLeaveAGap" },
];

const SUBJECTS: readonly Subject[] = [
  { library: "src/libraries/Lifecycle.sol", rules: "proofs/LifecycleProofs.sol", mutations: OF_LIFECYCLE },
  { library: "src/libraries/Guarding.sol", rules: "proofs/GuardingProofs.sol", mutations: OF_GUARDING },
];

type Message = { readonly errorCode?: string; readonly severity: string; readonly formattedMessage: string };
type Output = { readonly errors?: readonly Message[] };
type Compiler = {
  compile(input: string, callbacks: { readonly smtSolver: (query: string) => object }): string;
};
type Solve = (query: string) => object;
type Prover = { readonly compiler: Compiler; readonly solve: Solve };
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
    if (status !== 0)
      throw new ToolError(
        "solverMissing",
        "z3 could not be installed: put one on the path, or let npm reach its registry",
      );
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

/** The rules and what they import. Nothing of node_modules is among it: what is proved of has no such imports. */
function readSources({ library, rules }: Subject, mutation?: Mutation): Record<string, { content: string }> {
  const sources: Record<string, { content: string }> = {};
  const pending = [rules];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (file in sources) continue;
    const content = readFileSync(join(PROJECT, file), "utf8");
    sources[file] = { content: file === library && mutation !== undefined ? mutate(content, mutation) : content };
    const folder = dirname(file);
    pending.push(
      ...[...content.matchAll(/^import .* from "(\..*)";$/gm)].map(([, path]) => join(folder, String(path))),
    );
  }
  return sources;
}

function mutate(content: string, { from, to }: Mutation): string {
  if (!content.includes(from)) throw new ToolError("mutationStale", `the library does not say "${from}" any more`);
  return content.replace(from, to);
}

/** The rules, by name: the contracts of their file that can be checked. */
function ruleNames({ rules }: Subject): readonly string[] {
  const source = readFileSync(join(PROJECT, rules), "utf8");
  return [...source.matchAll(/^contract (\w+) is Rule/gm)].map(([, name]) => String(name));
}

/** A rule is violated when one of its assertions is, and proved when all of them are. */
function check({ compiler, solve }: Prover, subject: Subject, rule: string, mutation?: Mutation): Verdict {
  const modelChecker = {
    engine: "chc",
    solvers: ["smtlib2"],
    targets: ["assert"],
    contracts: { [subject.rules]: [rule] },
    showProvedSafe: true,
    showUnproved: true,
  };
  const input = { language: "Solidity", sources: readSources(subject, mutation), settings: { modelChecker } };
  const output: Output = JSON.parse(compiler.compile(JSON.stringify(input), { smtSolver: solve }));
  const messages = output.errors ?? [];
  const broken = messages.filter((message) => message.severity === "error");
  if (broken.length > 0)
    throw new ToolError("sourceBroken", broken.map((message) => message.formattedMessage).join("\n"));
  const has = (code: string) => messages.some((message) => message.errorCode === code);
  if (has(VIOLATED_CODE)) return "violated";
  return has(PROVED_CODE) && !has(UNPROVED_CODE) ? "proved" : "unknown";
}

function report(text: string, verdict: Verdict, expected: Verdict): number {
  process.stdout.write(`${verdict === expected ? "✔" : "✘"} ${text}: ${verdict}\n`);
  return verdict === expected ? 0 : 1;
}

/** How many verdicts about one library are not as they must be. */
function prove(prover: Prover, subject: Subject): number {
  let wrong = 0;
  for (const rule of ruleNames(subject)) wrong += report(rule, check(prover, subject, rule), "proved");
  for (const mutation of subject.mutations) {
    const text = `${mutation.breaks} with "${mutation.to}" for "${mutation.from}"`;
    wrong += report(text, check(prover, subject, mutation.breaks, mutation), "violated");
  }
  return wrong;
}

function main(): number {
  const compiler: Compiler = createRequire(import.meta.url)("solc");
  const [command, args] = ownSolver();
  const solve = (query: string) => {
    const { stdout } = spawnSync(command, args, { input: query, encoding: "utf8", timeout: QUERY_TIMEOUT_MS });
    return { contents: stdout ?? "unknown" };
  };
  const wrong = SUBJECTS.map((subject) => prove({ compiler, solve }, subject));
  return wrong.every((count) => count === 0) ? 0 : 1;
}

process.exitCode = main();
