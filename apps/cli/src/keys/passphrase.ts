import { readFileSync } from "node:fs";
import { passphraseBytes } from "@synod/storage";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../errors/cli-error.ts";

/**
 * The keystore's passphrase from SYNOD_PASSPHRASE_FILE or SYNOD_PASSPHRASE. The caller wipes the bytes.
 * Errors: KEY_MISSING.
 */
export function passphraseOf({ env }: Pick<CommandContext, "env">): Uint8Array {
  const text = env.SYNOD_PASSPHRASE_FILE === undefined ? env.SYNOD_PASSPHRASE : readText(env.SYNOD_PASSPHRASE_FILE);
  if (text !== undefined && text !== "") return passphraseBytes(text);
  throw missing("no passphrase for the keystore", "environment");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/[\r\n]+$/, "");
  } catch (error) {
    throw missing(error instanceof Error ? error.message : "unreadable", file);
  }
}

function missing(what: string, where: string): CliError {
  return new CliError({
    code: "KEY_MISSING",
    what,
    where,
    remedy: "set SYNOD_PASSPHRASE_FILE to a file that holds the passphrase, or SYNOD_PASSPHRASE",
  });
}
