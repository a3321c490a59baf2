import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { DemoRow } from "../demo/demo-row.ts";
import { runDemo } from "../demo/run-demo.ts";
import { describeDemo, failedChecks } from "../demo/show-demo.ts";
import { committeeSize } from "../devnet/committee-size.ts";
import { groupAddressOf } from "../devnet/devnet-deployment.ts";
import { removeDevnetFolder, takeDevnetFolder } from "../devnet/devnet-folder.ts";
import { startDevnet } from "../devnet/start-devnet.ts";
import { expectationsFailed } from "../errors/expectations-failed.ts";
import { emit } from "../output/emit.ts";
import { withStep } from "../output/progress.ts";
import { EXAMPLES_FOLDER } from "../repository-paths.ts";
import { JSON_OPTION, wholeNumber } from "./options.ts";

type DemoOptions = { readonly committers: number; readonly dir: string };

/** Adds `synod demo`. */
export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command("demo")
    .description(
      "start a devnet and show decisions approved, rejected, refused, replayed, and executed despite a crash",
    )
    .option("--committers <n>", "how many committers", wholeNumber, 4)
    .option("--dir <folder>", "folder for keys, databases and logs; removed when all went well", ".synod/demo")
    .option(...JSON_OPTION)
    .action((options: DemoOptions) => demonstrate(context, options));
}

/** Runs the demonstration and fails unless every expectation held. Side effects: starts and stops processes. */
async function demonstrate(context: CommandContext, options: DemoOptions): Promise<void> {
  const size = committeeSize(options.committers);
  const folder = takeDevnetFolder(resolve(context.cwd, options.dir));
  const { progress, signal } = context;
  const devnet = await startDevnet({ size, folder, port: 0, progress, signal });
  let rows: readonly DemoRow[];
  try {
    const decisionsFile = join(EXAMPLES_FOLDER, "decisions.json");
    rows = await runDemo({ devnet, decisionsFile, progress, signal, nowMs: () => performance.now() });
  } finally {
    await withStep(progress, "stop the devnet", devnet.stop);
  }
  const failed = failedChecks(rows);
  const committee = { ...size, groupAddress: groupAddressOf(devnet) };
  emit(context, { data: { succeeded: failed.length === 0, committee, decisions: rows }, lines: describeDemo(rows) });
  if (failed.length > 0) throw expectationsFailed(failed, folder.root);
  removeDevnetFolder(folder);
}
