import { readFileSync } from "node:fs";
import { messageOf, StartError } from "./failure.ts";

const NAMES = ["SYNOD_PASSPHRASE", "SYNOD_PASSPHRASE_FILE"] as const;

function fromFile(file: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new StartError(
      "passphraseMissing",
      `SYNOD_PASSPHRASE_FILE names ${file}, which cannot be read (${messageOf(cause)}): correct the path or its permissions`,
      { cause },
    );
  }
  const end = bytes.findLastIndex((byte) => byte !== 0x0a && byte !== 0x0d) + 1;
  const trimmed = Uint8Array.from(bytes.subarray(0, end));
  bytes.fill(0);
  return trimmed;
}

/**
 * Takes the keystore passphrase (UTF-8 bytes, one trailing line break of a file dropped) out of the environment. The
 * caller owns the bytes and wipes them.
 *
 * Side effects: removes `SYNOD_PASSPHRASE` and `SYNOD_PASSPHRASE_FILE` from `environment`. The text that the operating
 * system handed over at start cannot be wiped from JavaScript; a file keeps it out of the process list.
 * @throws StartError `passphraseMissing` when neither variable is set or the file is empty or unreadable.
 */
export function takePassphrase(environment: NodeJS.ProcessEnv): Uint8Array {
  const [text, file] = NAMES.map((name) => environment[name]);
  for (const name of NAMES) delete environment[name];
  const passphrase = text ? new TextEncoder().encode(text) : file ? fromFile(file) : new Uint8Array();
  if (passphrase.length === 0)
    throw new StartError(
      "passphraseMissing",
      "no passphrase for the keystore: set SYNOD_PASSPHRASE_FILE to a file that holds it, or SYNOD_PASSPHRASE",
    );
  return passphrase;
}
