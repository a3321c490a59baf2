import { resolve } from "node:path";
import { pickFaults } from "../chaos/catalog.ts";
import { startChaosDevnet } from "../chaos/chaos-devnet.ts";
import { anySeed } from "../chaos/chaos-stage.ts";
import { describeReport, unexpected } from "../chaos/report.ts";
import { runChaos } from "../chaos/run-chaos.ts";
import type { CommandContext } from "../command-context.ts";
import { writeFileAtomically } from "../deployment/write-file-atomically.ts";
import type { CommitteeSize } from "../devnet/committee-size.ts";
import { removeDevnetFolder, takeDevnetFolder } from "../devnet/devnet-folder.ts";
import { expectationsFailed } from "../errors/expectations-failed.ts";
import { emit } from "../output/emit.ts";
import { toJson } from "../output/json.ts";
import { withStep } from "../output/progress.ts";

/** How `synod devnet --chaos` was called. */
export type ChaosOptions = {
  readonly size: CommitteeSize;
  /** Names of faults with commas between. */
  readonly faults: string;
  readonly dir: string;
  readonly port: number;
  readonly keep: boolean;
  /** Whom the faults hit follows from it; a random one when absent. */
  readonly seed?: number;
  /** File that takes the report as JSON. */
  readonly report?: string;
};

/**
 * Starts a devnet, brings the faults about, reports and stops. Side effects: starts and stops processes, writes the
 * folder, and the report's file. Errors: EXPECTATION_FAILED when something happened that was not expected.
 */
export async function runChaosDevnet(context: CommandContext, options: ChaosOptions): Promise<void> {
  const faults = pickFaults(options.faults);
  const seed = options.seed ?? anySeed();
  const folder = takeDevnetFolder(resolve(context.cwd, options.dir));
  const { progress, signal } = context;
  const { size, port } = options;
  const nowMs = (): number => performance.now();
  context.terminal.err(`faults: ${faults.map(({ name }) => name).join(", ")}; seed ${seed}\n`);
  const { stage, stop } = await startChaosDevnet({ size, folder, port, progress, signal, seed, nowMs });
  const rows = await runChaos(stage, faults, progress).finally(() => withStep(progress, "stop the devnet", stop));
  const failed = unexpected(rows);
  const data = { succeeded: failed.length === 0, seed, committee: size, faults: rows };
  if (options.report !== undefined) writeFileAtomically(resolve(context.cwd, options.report), `${toJson(data)}\n`);
  emit(context, { data, lines: describeReport(rows) });
  if (failed.length > 0) throw expectationsFailed(failed, folder.root);
  if (!options.keep) removeDevnetFolder(folder);
}
