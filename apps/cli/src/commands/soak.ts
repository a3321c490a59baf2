import { resolve } from "node:path";
import type { Command } from "commander";
import { startChaosDevnet } from "../chaos/chaos-devnet.ts";
import { anySeed } from "../chaos/chaos-stage.ts";
import type { CommandContext } from "../command-context.ts";
import { writeFileAtomically } from "../deployment/write-file-atomically.ts";
import { committeeSize } from "../devnet/committee-size.ts";
import { removeDevnetFolder, takeDevnetFolder } from "../devnet/devnet-folder.ts";
import { expectationsFailed } from "../errors/expectations-failed.ts";
import { emit } from "../output/emit.ts";
import { toJson } from "../output/json.ts";
import { withStep } from "../output/progress.ts";
import { describeSoak, failedSoakChecks, judgeSoak } from "../soak/report.ts";
import { runSoak, type SoakRun } from "../soak/run-soak.ts";
import { JSON_OPTION, wholeNumber } from "./options.ts";

type SoakOptions = {
  readonly minutes: number;
  readonly seed?: number;
  readonly committers: number;
  readonly dir: string;
  readonly report?: string;
};

const MINUTE_MS = 60_000;

/** Adds `synod soak`. */
export function addSoakCommand(program: Command, context: CommandContext): void {
  program
    .command("soak")
    .description("decide under faults for minutes: each decision executed once, and no committer's process grows")
    .option("--minutes <n>", "how long", wholeNumber, 10)
    .option("--seed <n>", "which faults come when (default: a random one, which is printed)", wholeNumber)
    .option("--committers <n>", "how many committers", wholeNumber, 4)
    .option("--dir <folder>", "folder for keys, databases and logs; removed when all went well", ".synod/soak")
    .option("--report <file>", "file for the report, as JSON")
    .option(...JSON_OPTION)
    .action((options: SoakOptions) => soak(context, options));
}

/** Runs a soak and fails unless every expectation held. Side effects: starts and stops processes, writes files. */
async function soak(context: CommandContext, options: SoakOptions): Promise<void> {
  const folder = takeDevnetFolder(resolve(context.cwd, options.dir));
  const seed = options.seed ?? anySeed();
  context.terminal.err(`seed ${seed}\n`);
  const report = judgeSoak(await soakIn(context, { ...options, seed }, folder));
  const failed = failedSoakChecks(report);
  const data = { succeeded: failed.length === 0, seed, ...report };
  if (options.report !== undefined) writeFileAtomically(resolve(context.cwd, options.report), `${toJson(data)}\n`);
  emit(context, { data, lines: describeSoak(report) });
  if (failed.length > 0) throw expectationsFailed(failed, folder.root);
  removeDevnetFolder(folder);
}

type Seeded = Pick<SoakOptions, "minutes" | "committers"> & { readonly seed: number };

async function soakIn(
  { progress, signal }: CommandContext,
  { minutes, committers, seed }: Seeded,
  folder: ReturnType<typeof takeDevnetFolder>,
): Promise<SoakRun> {
  const nowMs = (): number => performance.now();
  const size = committeeSize(committers);
  const { stage, stop } = await startChaosDevnet({ size, folder, port: 0, progress, signal, seed, nowMs });
  // The others run from beginning to end, so that growth would show.
  const victims = stage.victims.slice(Math.ceil(stage.victims.length / 2));
  const work = withStep(progress, `decide under faults for ${minutes} minutes`, (step) =>
    runSoak({ ...stage, victims }, minutes * MINUTE_MS, ({ elapsedMs, disturbances }) =>
      step.update(`minute ${Math.floor(elapsedMs / MINUTE_MS)}, ${disturbances} faults`),
    ),
  );
  return work.finally(() => withStep(progress, "stop the devnet", stop));
}
