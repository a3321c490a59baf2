import { passphraseBytes, passphraseFromCommand, passphraseInFile } from "@synod/storage";
import { messageOf, StartError } from "./failure.ts";

/** What a passphrase is of, by the variable that its own three begin with. */
const OF = { SYNOD_PASSPHRASE: "the keystore", SYNOD_BACKUP_PASSPHRASE: "the backup" } as const;

/** Whose passphrase is asked for. */
export type PassphraseVariable = keyof typeof OF;

function fromFile(variable: PassphraseVariable, file: string): string {
  try {
    return passphraseInFile(file);
  } catch (cause) {
    throw new StartError(
      "passphraseMissing",
      `${variable}_FILE names ${file}, which cannot be read (${messageOf(cause)}): correct the path or its permissions`,
      { cause },
    );
  }
}

function fromCommand(variable: PassphraseVariable, command: string): string {
  try {
    return passphraseFromCommand(command);
  } catch {
    throw new StartError(
      "passphraseMissing",
      `the command in ${variable}_COMMAND failed: run it by hand as this user and correct it`,
    );
  }
}

/**
 * Takes a passphrase, the keystore's if no other is named (line breaks at the end of a file dropped, normalised as the keystore wants it) out of the environment. The
 * caller owns the bytes and wipes them.
 *
 * When several variables are set the command counts, then the file, as for the command line.
 *
 * Side effects: removes the three variables from `environment`, runs the command. The text that the operating
 * system handed over at start cannot be wiped from JavaScript; a file keeps it out of the process list.
 * @throws StartError `passphraseMissing` when none is set, or what it names is empty or fails.
 */
export function takePassphrase(
  environment: NodeJS.ProcessEnv,
  variable: PassphraseVariable = "SYNOD_PASSPHRASE",
): Uint8Array {
  const names = [variable, `${variable}_FILE`, `${variable}_COMMAND`];
  const [text, file, command] = names.map((name) => environment[name]);
  for (const name of names) delete environment[name];
  const passphrase = passphraseBytes(
    command ? fromCommand(variable, command) : file ? fromFile(variable, file) : (text ?? ""),
  );
  if (passphrase.length === 0)
    throw new StartError(
      "passphraseMissing",
      `no passphrase for ${OF[variable]}: set ${variable}_FILE to a file that holds it, ${variable}_COMMAND to a command that prints it, or ${variable}`,
    );
  return passphrase;
}
