import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { COMMITTER_MAIN } from "../repository-paths.ts";
import { type Child, startChild } from "./child-process.ts";
import type { CommitterSetup } from "./create-committers.ts";
import { pollUntil } from "./poll-until.ts";

/** A running committer. */
export type CommitterProcess = {
  readonly setup: CommitterSetup;
  readonly child: Child;
};

const READY_TIMEOUT_MS = 60_000;
const PATIENCE_MS = 2_000;

/** The file that takes what a setup's committer says. */
export function logOf({ folder }: Pick<CommitterSetup, "folder">): string {
  return join(folder, "committer.log");
}

/** Starts the committer of a setup. Side effects: starts a process that appends to the committer's log. */
export function startCommitter(setup: CommitterSetup): CommitterProcess {
  const child = startChild({
    args: [COMMITTER_MAIN, "--settings", setup.settingsFile],
    cwd: setup.folder,
    env: { SYNOD_PASSPHRASE_FILE: setup.passphraseFile },
    logFile: logOf(setup),
  });
  return { setup, child };
}

/** Starts a committer that has ended again, in its place among the others, and waits until it answers. */
export async function restartCommitter(
  committers: CommitterProcess[],
  { setup }: CommitterProcess,
  signal: AbortSignal,
): Promise<void> {
  const committer = startCommitter(setup);
  committers[setup.memberIndex] = committer;
  await waitUntilAlive(committer, signal);
}

/** Waits until the committer answers over HTTP. Errors: COMMITTER_FAILED when it ends or stays silent. */
export async function waitUntilAlive(committer: CommitterProcess, signal: AbortSignal): Promise<void> {
  const probe = async (): Promise<true | undefined> => {
    requireRunning(committer);
    return (await isAlive(committer.setup.httpUrl)) ? true : undefined;
  };
  const alive = await pollUntil(probe, { intervalMs: 100, timeoutMs: READY_TIMEOUT_MS, signal });
  if (alive === undefined) throw failed(committer, `did not answer within ${READY_TIMEOUT_MS / 1000} s`);
}

/** Passes while the committer's process runs. Errors: COMMITTER_FAILED with the last line of its log. */
export function requireRunning(committer: CommitterProcess): void {
  if (!committer.child.isRunning()) throw failed(committer, "has ended");
}

async function isAlive(httpUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${httpUrl}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) })).ok;
  } catch {
    return false;
  }
}

function failed(committer: CommitterProcess, how: string): CliError {
  const { child, setup } = committer;
  return new CliError({
    code: "COMMITTER_FAILED",
    what: `committer ${setup.memberIndex} ${how}: ${lastLine(child.logFile)}`,
    where: child.logFile,
    remedy: "read the reason in that log",
  });
}

function lastLine(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").at(-1) ?? "";
}
