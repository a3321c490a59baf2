import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { CommandContext } from "../command-context.ts";
import { ChildExit } from "../errors/child-exit.ts";
import { CliError } from "../errors/cli-error.ts";

/**
 * Runs a program of the committer as a child process with this terminal, and ends as it ends.
 * Side effects: starts a process.
 * Errors: ARGUMENT_INVALID without the settings file; ChildExit with the program's own exit code.
 */
export async function runCommitterProgram(
  context: CommandContext,
  program: string,
  settings: string,
  args: readonly string[],
): Promise<void> {
  const settingsFile = resolve(context.cwd, settings);
  if (!existsSync(settingsFile)) throw settingsMissing(settingsFile);
  const child = spawn(process.execPath, [program, "--settings", settingsFile, ...args], {
    stdio: "inherit",
    env: context.env,
    cwd: context.cwd,
  });
  const stop = (): void => void child.kill("SIGTERM");
  context.signal.addEventListener("abort", stop, { once: true });
  const [exitCode] = await once(child, "exit");
  context.signal.removeEventListener("abort", stop);
  if (exitCode !== 0) throw new ChildExit(typeof exitCode === "number" ? exitCode : 1);
}

function settingsMissing(file: string): CliError {
  return new CliError({
    code: "ARGUMENT_INVALID",
    what: "there is no settings file",
    where: file,
    remedy: "name an existing file with --settings; docs/operations.md describes its fields",
  });
}
