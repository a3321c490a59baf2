import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { ChildExit } from "../errors/child-exit.ts";
import { CliError } from "../errors/cli-error.ts";
import { COMMITTER_MAIN } from "../repository-paths.ts";
import { addInitCommand } from "./committer-init.ts";
import { addCommitterStatusCommand } from "./committer-status.ts";

/** Adds `synod committer init`, `start` and `status`. */
export function addCommitterCommand(program: Command, context: CommandContext): void {
  const committer = program.command("committer").description("set up, run and look after one member of a committee");
  addInitCommand(committer, context);
  addCommitterStatusCommand(committer, context);
  committer
    .command("start")
    .description("run the committer of a settings file until it is stopped; its log goes to standard output")
    .requiredOption("--settings <file>", "settings file of the committer")
    .option("--resume-signing <why>", "end a halt of signing, with the reason for the journal")
    .option("--json", "errors of the command line as JSON; the committer's own stay one line of text")
    .action((options: StartOptions) => startCommitter(context, options));
}

type StartOptions = { readonly settings: string; readonly resumeSigning?: string };

/** Runs the committer as a child process with this terminal, and ends as it ends. Side effects: starts a process. */
async function startCommitter(context: CommandContext, options: StartOptions): Promise<void> {
  const settingsFile = resolve(context.cwd, options.settings);
  if (!existsSync(settingsFile)) throw settingsMissing(settingsFile);
  const resume = options.resumeSigning === undefined ? [] : ["--resume-signing", options.resumeSigning];
  const child = spawn(process.execPath, [COMMITTER_MAIN, "--settings", settingsFile, ...resume], {
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
