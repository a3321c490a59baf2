import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { runCommitterProgram } from "../committers/run-program.ts";
import { COMMITTER_MAIN } from "../repository-paths.ts";
import { addInitCommand } from "./committer-init.ts";
import { addMaintenanceCommands } from "./committer-maintenance.ts";
import { addCommitterStatusCommand } from "./committer-status.ts";

type StartOptions = { readonly settings: string; readonly resumeSigning?: string };

/** Adds `synod committer init`, `start`, `status` and what is done to its keys. */
export function addCommitterCommand(program: Command, context: CommandContext): void {
  const committer = program.command("committer").description("set up, run and look after one member of a committee");
  addInitCommand(committer, context);
  addCommitterStatusCommand(committer, context);
  addMaintenanceCommands(committer, context);
  committer
    .command("start")
    .description("run the committer of a settings file until it is stopped; its log goes to standard output")
    .requiredOption("--settings <file>", "settings file of the committer")
    .option("--resume-signing <why>", "end a halt of signing, with the reason for the journal")
    .option("--json", "errors of the command line as JSON; the committer's own stay one line of text")
    .action(({ settings, resumeSigning }: StartOptions) =>
      runCommitterProgram(
        context,
        COMMITTER_MAIN,
        settings,
        resumeSigning === undefined ? [] : ["--resume-signing", resumeSigning],
      ),
    );
}
