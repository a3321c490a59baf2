import { readFileSync } from "node:fs";
import { passphraseBytes } from "@synod/storage";
import { messageOf, StartError } from "./failure.ts";

const NAMES = ["SYNOD_PASSPHRASE", "SYNOD_PASSPHRASE_FILE"] as const;

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

/**
 * Takes the keystore passphrase (line breaks at the end of a file dropped, normalised as the keystore wants it) out of the environment. The
 * caller owns the bytes and wipes them.
 *
 * When both variables are set the file counts, as it does for the command line.
 *
 * Side effects: removes `SYNOD_PASSPHRASE` and `SYNOD_PASSPHRASE_FILE` from `environment`. The text that the operating
 * system handed over at start cannot be wiped from JavaScript; a file keeps it out of the process list.
 * @throws StartError `passphraseMissing` when neither variable is set or the file is empty or unreadable.
 */
export function takePassphrase(environment: NodeJS.ProcessEnv): Uint8Array {
  const [text, file] = NAMES.map((name) => environment[name]);
  for (const name of NAMES) delete environment[name];
  const passphrase = passphraseBytes(file ? fromFile(file) : (text ?? ""));
  if (passphrase.length === 0)
    throw new StartError(
      "passphraseMissing",
      "no passphrase for the keystore: set SYNOD_PASSPHRASE_FILE to a file that holds it, or SYNOD_PASSPHRASE",
    );
  return passphrase;
}
