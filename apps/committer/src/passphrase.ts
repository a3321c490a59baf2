import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { passphraseBytes } from "@synod/storage";
import { messageOf, StartError } from "./failure.ts";

const NAMES = ["SYNOD_PASSPHRASE", "SYNOD_PASSPHRASE_FILE", "SYNOD_PASSPHRASE_COMMAND"] as const;

/** Longest that a key-management service may take to hand over the passphrase. */
const COMMAND_TIMEOUT_MS = 30_000;

function fromFile(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/[\r\n]+$/, "");
  } catch (cause) {
    throw new StartError(
      "passphraseMissing",
      `SYNOD_PASSPHRASE_FILE names ${file}, which cannot be read (${messageOf(cause)}): correct the path or its permissions`,
      { cause },
    );
  }
}

/** What a command prints: the way to any key-management service that has a command line. Its errors go to the terminal. */
function fromCommand(command: string): string {
  const options: ExecFileSyncOptionsWithStringEncoding = {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: COMMAND_TIMEOUT_MS,
    encoding: "utf8",
  };
  try {
    return execFileSync("/bin/sh", ["-c", command], options).replace(/[\r\n]+$/, "");
  } catch {
    throw new StartError(
      "passphraseMissing",
      "the command in SYNOD_PASSPHRASE_COMMAND failed: run it by hand as this user and correct it",
    );
  }
}

/**
 * Takes the keystore passphrase (line breaks at the end of a file dropped, normalised as the keystore wants it) out of the environment. The
 * caller owns the bytes and wipes them.
 *
 * When several variables are set the command counts, then the file, as for the command line.
 *
 * Side effects: removes the three variables from `environment`, runs the command. The text that the operating
 * system handed over at start cannot be wiped from JavaScript; a file keeps it out of the process list.
 * @throws StartError `passphraseMissing` when none is set, or what it names is empty or fails.
 */
export function takePassphrase(environment: NodeJS.ProcessEnv): Uint8Array {
  const [text, file, command] = NAMES.map((name) => environment[name]);
  for (const name of NAMES) delete environment[name];
  const passphrase = passphraseBytes(command ? fromCommand(command) : file ? fromFile(file) : (text ?? ""));
  if (passphrase.length === 0)
    throw new StartError(
      "passphraseMissing",
      "no passphrase for the keystore: set SYNOD_PASSPHRASE_FILE to a file that holds it, SYNOD_PASSPHRASE_COMMAND to a command that prints it, or SYNOD_PASSPHRASE",
    );
  return passphrase;
}
