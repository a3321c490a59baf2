import { once } from "node:events";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { ALL, describeFaults, HELP, listFaults } from "../chaos/catalog.ts";
import type { CommandContext } from "../command-context.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { writeFileAtomically } from "../deployment/write-file-atomically.ts";
import { type CommitteeSize, committeeSize } from "../devnet/committee-size.ts";
import { deploymentOf } from "../devnet/devnet-deployment.ts";
import { type DevnetFolder, removeDevnetFolder, takeDevnetFolder } from "../devnet/devnet-folder.ts";
import { requireFreePort } from "../devnet/ports.ts";
import { type Devnet, startDevnet } from "../devnet/start-devnet.ts";
import { CliError } from "../errors/cli-error.ts";
import { emit } from "../output/emit.ts";
import { toJson } from "../output/json.ts";
import { formatPairs, formatTable } from "../output/table.ts";
import { runChaosDevnet } from "./devnet-chaos.ts";
import { JSON_OPTION, portNumber, wholeNumber } from "./options.ts";

type DevnetOptions = {
  readonly committers: number;
  readonly minSigners?: number;
  readonly quorum?: number;
  readonly dir: string;
  readonly port: number;
  readonly keep?: true;
  /** Names of faults, or true for all of them. */
  readonly chaos?: string | true;
  readonly seed?: number;
  readonly report?: string;
};

/** Where a devnet keeps its files unless told otherwise, relative to the working folder. */
const DEFAULT_FOLDER = ".synod/devnet";

/** Adds `synod devnet`. */
export function addDevnetCommand(program: Command, context: CommandContext): void {
  program
    .command("devnet")
    .description("run a chain, a committee of committers, an agent and a funded vault on this machine until stopped")
    .option("--committers <n>", "how many committers", wholeNumber, 4)
    .option("--min-signers <t>", "how many of them sign (default: the quorum)", wholeNumber)
    .option("--quorum <q>", "how many attestations make a result (default: the smallest safe one)", wholeNumber)
    .option("--dir <folder>", "folder for keys, databases, logs and deployment.json", DEFAULT_FOLDER)
    .option("--port <port>", "port of the chain, 0 for a free one", portNumber, 8545)
    .option("--keep", "keep the folder when the devnet stops")
    .option("--chaos [faults]", "bring faults about, report and stop: names with commas between, all, or help")
    .option("--seed <n>", "whom the faults of --chaos hit (default: a random one, which is printed)", wholeNumber)
    .option("--report <file>", "file for the report of --chaos, as JSON")
    .option(...JSON_OPTION)
    .action((options: DevnetOptions) => actOn(context, options));
}

async function actOn(context: CommandContext, options: DevnetOptions): Promise<void> {
  const { chaos, keep } = options;
  if (chaos === HELP) return emit(context, { data: listFaults(), lines: describeFaults() });
  requireChaos(options);
  const size = committeeSize(options.committers, options.minSigners, options.quorum);
  if (chaos === undefined) return runDevnet(context, size, options);
  return runChaosDevnet(context, { ...options, size, faults: chaos === true ? ALL : chaos, keep: keep === true });
}

/** What only faults make use of must not be given in vain. Errors: USAGE. */
function requireChaos({ chaos, seed, report }: DevnetOptions): void {
  if (chaos !== undefined || (seed === undefined && report === undefined)) return;
  throw new CliError({
    code: "USAGE",
    what: "there are no faults to hit or report",
    where: seed === undefined ? "--report" : "--seed",
    remedy: "give --chaos with it",
  });
}

/** Starts a devnet, prints it, and runs it until Ctrl-C. Side effects: starts processes, writes the folder. */
async function runDevnet(context: CommandContext, size: CommitteeSize, options: DevnetOptions): Promise<void> {
  if (options.port !== 0) await requireFreePort(options.port);
  const folder = takeDevnetFolder(resolve(context.cwd, options.dir));
  const { progress, signal } = context;
  const devnet = await startDevnet({ size, folder, port: options.port, progress, signal });
  try {
    const deployment = deploymentOf(devnet);
    writeFileAtomically(folder.deploymentFile, `${toJson(deployment)}\n`);
    emit(context, { data: deployment, lines: describe(deployment, folder) });
    await untilStopped(context, devnet);
  } finally {
    await stopDevnet(context, devnet, options.keep === true);
  }
}

async function untilStopped(context: CommandContext, devnet: Devnet): Promise<void> {
  const stopped = context.signal.aborted ? undefined : once(context.signal, "abort");
  const ended = devnet.chain.child.exited.then(() => "chain" as const);
  if (stopped === undefined || (await Promise.race([stopped, ended])) !== "chain") return;
  throw new CliError({
    code: "CHAIN_START_FAILED",
    what: "the chain's process has ended",
    where: devnet.chain.child.logFile,
    remedy: "read the reason in that log",
  });
}

async function stopDevnet(context: CommandContext, devnet: Devnet, isKept: boolean): Promise<void> {
  const step = context.progress.step("stop the devnet");
  await devnet.stop();
  const { folder } = devnet.plan;
  if (isKept) rmSync(folder.deploymentFile, { force: true });
  else removeDevnetFolder(folder);
  step.done(isKept ? `files stay in ${folder.root}` : "");
}

function describe(deployment: Deployment, folder: DevnetFolder): readonly string[] {
  const committee = deployment.committees[0];
  const vaults = deployment.agents.map(({ name, vault }) => [`vault of ${name}`, vault] as const);
  const tokens = deployment.tokens.map(({ symbol, address }) => [`token ${symbol}`, address] as const);
  return [
    ...formatPairs([
      ["chain", `${deployment.chainId} at ${deployment.rpcUrl}`],
      ["committee registry", deployment.committeeRegistry],
      ["decision registry", deployment.decisionRegistry],
      ["group address", committee?.groupAddress ?? "none"],
      ...vaults,
      ...tokens,
      ["deployment file", folder.deploymentFile],
    ]),
    "",
    ...formatTable(MEMBER_COLUMNS, committee?.members ?? []),
    "",
    ...formatTable(ACCOUNT_COLUMNS, Object.entries(deployment.accounts)),
    "",
    "running; Ctrl-C stops it",
  ];
}

type Member = Deployment["committees"][number]["members"][number];
type NamedAccount = readonly [name: string, account: Deployment["accounts"][string]];

const MEMBER_COLUMNS = [
  { header: "committer", value: ({ memberIndex }: Member) => String(memberIndex), align: "right" as const },
  { header: "address", value: ({ address }: Member) => address },
  { header: "peers", value: ({ endpoint }: Member) => endpoint },
  { header: "http", value: ({ httpUrl }: Member) => httpUrl },
  { header: "process", value: ({ pid }: Member) => String(pid ?? ""), align: "right" as const },
];

const ACCOUNT_COLUMNS = [
  { header: "account", value: ([name]: NamedAccount) => name },
  { header: "address", value: ([, { address }]: NamedAccount) => address },
];
