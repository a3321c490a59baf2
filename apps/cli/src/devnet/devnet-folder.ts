import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../errors/cli-error.ts";

/** The folder of one devnet and the files in it. */
export type DevnetFolder = {
  readonly root: string;
  readonly deploymentFile: string;
  readonly chainLog: string;
  readonly passphraseFile: string;
  readonly rulesFile: string;
  /** Folder of one committer: settings, log and data. */
  readonly committer: (memberIndex: number) => string;
};

const MARKER = ".synod-devnet";

/**
 * Takes a folder for a new devnet: it must be absent, empty, or left over from a devnet that has ended.
 * Side effects: deletes an earlier devnet's files, creates the folder (0700), marks it with this process's id.
 * Errors: ARGUMENT_INVALID for a folder with other things in it, or one whose devnet still runs.
 */
export function takeDevnetFolder(root: string): DevnetFolder {
  if (existsSync(root)) clearEarlierDevnet(root);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  writeFileSync(join(root, MARKER), `${process.pid}\n`, { mode: 0o600 });
  return {
    root,
    deploymentFile: join(root, "deployment.json"),
    chainLog: join(root, "chain.log"),
    passphraseFile: join(root, "passphrase"),
    rulesFile: join(root, "rules.json"),
    committer: (memberIndex) => join(root, `committer-${memberIndex}`),
  };
}

/** Removes what a devnet leaves behind. Side effects: deletes the whole folder. */
export function removeDevnetFolder(folder: DevnetFolder): void {
  rmSync(folder.root, { recursive: true, force: true });
}

function clearEarlierDevnet(root: string): void {
  if (readdirSync(root).length === 0) return;
  const marker = join(root, MARKER);
  if (!existsSync(marker)) throw refused(root, "the folder holds files that are not a devnet's");
  const pid = Number(readFileSync(marker, "utf8"));
  if (pid !== process.pid && isRunning(pid)) throw refused(root, `a devnet (process ${pid}) still runs in the folder`);
  rmSync(root, { recursive: true });
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function refused(root: string, what: string): CliError {
  return new CliError({ code: "ARGUMENT_INVALID", what, where: root, remedy: "give another folder with --dir" });
}
