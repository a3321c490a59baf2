import { passphraseBytes, passphraseFromCommand, passphraseInFile } from "@synod/storage";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../errors/cli-error.ts";

/**
 * The keystore's passphrase from what SYNOD_PASSPHRASE_COMMAND prints, from SYNOD_PASSPHRASE_FILE or SYNOD_PASSPHRASE,
 * the first of them that is set. The caller wipes the bytes. Side effects: runs the command.
 * Errors: KEY_MISSING.
 */
export function passphraseOf({ env }: Pick<CommandContext, "env">): Uint8Array {
  const text = textOf(env);
  if (text !== undefined && text !== "") return passphraseBytes(text);
  throw missing("no passphrase for the keystore", "environment");
}

function textOf({ SYNOD_PASSPHRASE, SYNOD_PASSPHRASE_FILE, SYNOD_PASSPHRASE_COMMAND }: CommandContext["env"]) {
  if (SYNOD_PASSPHRASE_COMMAND !== undefined) return printed(SYNOD_PASSPHRASE_COMMAND);
  return SYNOD_PASSPHRASE_FILE === undefined ? SYNOD_PASSPHRASE : readText(SYNOD_PASSPHRASE_FILE);
}

function printed(command: string): string {
  try {
    return passphraseFromCommand(command);
  } catch {
    throw missing("the command for the passphrase failed", "SYNOD_PASSPHRASE_COMMAND");
  }
}

function readText(file: string): string {
  try {
    return passphraseInFile(file);
  } catch (error) {
    throw missing(error instanceof Error ? error.message : "unreadable", file);
  }
}

function missing(what: string, where: string): CliError {
  return new CliError({
    code: "KEY_MISSING",
    what,
    where,
    remedy:
      "set SYNOD_PASSPHRASE_FILE to a file that holds the passphrase, SYNOD_PASSPHRASE_COMMAND to a command that prints it, or SYNOD_PASSPHRASE",
  });
}
