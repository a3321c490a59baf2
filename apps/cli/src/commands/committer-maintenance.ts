import { type Command, InvalidArgumentError } from "commander";
import { isHex, size } from "viem";
import type { CommandContext } from "../command-context.ts";
import { runCommitterProgram } from "../committers/run-program.ts";
import { COMMITTER_MAINTENANCE } from "../repository-paths.ts";

const SETTINGS_OPTION = ["--settings <file>", "settings file of the committer"] as const;
const COMMITTEE_OPTION = [
  "--committee <id>",
  "the committee, as `synod committer status` shows it",
  committeeId,
] as const;

type RefreshOptions = { readonly settings: string; readonly committee: string; readonly epoch: string };

type BackupOptions = { readonly settings: string; readonly committee: string; readonly out: string };
type RestoreOptions = { readonly settings: string; readonly from: string };

/** Adds `synod committer refresh`, `backup` and `restore`. */
export function addMaintenanceCommands(committer: Command, context: CommandContext): void {
  addRefresh(committer, context);
  addBackup(committer, context);
  addRestore(committer, context);
}

function addRefresh(committer: Command, context: CommandContext): void {
  committer
    .command("refresh")
    .description("ask this committer for new shares of the same key; they come when a quorum of members has asked")
    .requiredOption(...SETTINGS_OPTION)
    .requiredOption(...COMMITTEE_OPTION)
    .requiredOption("--epoch <number>", "its active epoch", epochNumber)
    .action(({ settings, committee: id, epoch }: RefreshOptions) =>
      runCommitterProgram(context, COMMITTER_MAINTENANCE, settings, ["refresh", "--committee", id, "--epoch", epoch]),
    );
}

function addBackup(committer: Command, context: CommandContext): void {
  committer
    .command("backup")
    .description("copy this committer's share to a file, sealed under the passphrase in SYNOD_BACKUP_PASSPHRASE")
    .requiredOption(...SETTINGS_OPTION)
    .requiredOption(...COMMITTEE_OPTION)
    .requiredOption("--out <file>", "file to make; one that is there is never overwritten")
    .action(({ settings, committee: id, out }: BackupOptions) =>
      runCommitterProgram(context, COMMITTER_MAINTENANCE, settings, ["backup", "--committee", id, "--out", out]),
    );
}

function addRestore(committer: Command, context: CommandContext): void {
  committer
    .command("restore")
    .description("put a share back that this committer has lost; it must be stopped")
    .requiredOption(...SETTINGS_OPTION)
    .requiredOption("--from <file>", "the backup")
    .action(({ settings, from }: RestoreOptions) =>
      runCommitterProgram(context, COMMITTER_MAINTENANCE, settings, ["restore", "--from", from]),
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
