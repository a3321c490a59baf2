import { type Command, InvalidArgumentError } from "commander";
import { isHex, size } from "viem";
import type { CommandContext } from "../command-context.ts";
import { runCommitterProgram } from "../committers/run-program.ts";
import { COMMITTER_MAINTENANCE } from "../repository-paths.ts";

type RefreshOptions = { readonly settings: string; readonly committee: string; readonly epoch: string };

/** Adds `synod committer refresh`. */
export function addMaintenanceCommands(committer: Command, context: CommandContext): void {
  committer
    .command("refresh")
    .description("ask this committer for new shares of the same key; they come when a quorum of members has asked")
    .requiredOption("--settings <file>", "settings file of the committer")
    .requiredOption("--committee <id>", "the committee, as `synod committer status` shows it", committeeId)
    .requiredOption("--epoch <number>", "its active epoch", epochNumber)
    .action(({ settings, committee: id, epoch }: RefreshOptions) =>
      runCommitterProgram(context, COMMITTER_MAINTENANCE, settings, ["refresh", "--committee", id, "--epoch", epoch]),
    );
}

function committeeId(text: string): string {
  if (isHex(text) && size(text) === 32) return text;
  throw new InvalidArgumentError("give a committee's id (0x and 64 hex digits).");
}

function epochNumber(text: string): string {
  if (/^[1-9]\d{0,18}$/.test(text)) return text;
  throw new InvalidArgumentError("give a number from 1.");
}
