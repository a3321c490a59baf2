import { passphraseBytes, passphraseFromCommand, passphraseInFile } from "@synod/storage";
import { messageOf, StartError } from "./failure.ts";

const NAMES = ["SYNOD_PASSPHRASE", "SYNOD_PASSPHRASE_FILE", "SYNOD_PASSPHRASE_COMMAND"] as const;

function fromFile(file: string): string {
  try {
    return passphraseInFile(file);
  } catch (cause) {
    throw new StartError(
      "passphraseMissing",
      `SYNOD_PASSPHRASE_FILE names ${file}, which cannot be read (${messageOf(cause)}): correct the path or its permissions`,
      { cause },
    );
  }
}

function fromCommand(command: string): string {
  try {
    return passphraseFromCommand(command);
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
