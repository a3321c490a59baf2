import { SynodSdkError } from "@synod/sdk";
import { CliError } from "../errors/cli-error.ts";
import { type Progress, withStep } from "../output/progress.ts";
import type { ChaosStage } from "./chaos-stage.ts";
import type { Fault } from "./fault.ts";
import { seconds } from "./judge.ts";
import { type ChaosRow, failedRow, judgedRow } from "./report.ts";
import { carryOutOne, runFault } from "./run-fault.ts";
import { untilSound } from "./sound.ts";

/**
 * Brings faults about one after the other, each against a sound committee, and tells what came of each.
 * Errors: COMMITTER_FAILED when the committee is not sound before the first fault; those of the environment.
 */
export async function runChaos(
  stage: ChaosStage,
  faults: readonly Fault[],
  progress: Progress,
): Promise<readonly ChaosRow[]> {
  const usualMs = await withStep(progress, "carry out a decision without faults", () => warmUp(stage), seconds);
  const rows: ChaosRow[] = [];
  for (const fault of faults) {
    const row = await withStep(
      progress,
      fault.name,
      () => rowOf(stage, fault, usualMs),
      ({ injected, isAsExpected }) => `${injected}: ${isAsExpected ? "as expected" : "UNEXPECTED"}`,
    );
    rows.push(row);
  }
  return rows;
}

/** The first decision warms up processes and connections; the second one is measured. */
async function warmUp(stage: ChaosStage): Promise<number> {
  await carryOutOne(stage);
  if (!(await untilSound(stage, []))) throw unsound();
  return carryOutOne(stage);
}

/** A fault that cannot come to its end is a row that failed, so that the others are still tried. */
async function rowOf(stage: ChaosStage, fault: Fault, usualMs: number): Promise<ChaosRow> {
  try {
    const { what, evidence } = await runFault(stage, fault, usualMs);
    return judgedRow(fault, what, evidence);
  } catch (error) {
    stage.signal.throwIfAborted();
    if (!(error instanceof SynodSdkError) && !(error instanceof CliError)) throw error;
    return failedRow(fault, error.message);
  }
}

function unsound(): CliError {
  return new CliError({
    code: "COMMITTER_FAILED",
    what: "the committee is not ready, connected and without an alarm before any fault",
    where: "devnet",
    remedy: "read the committers' logs in the devnet's folder",
  });
}
