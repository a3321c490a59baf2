import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Longest that a key-management service may take to hand over a passphrase. */
const COMMAND_TIMEOUT_MS = 30_000;

/** What a file holds, without the line breaks at its end. Errors: Node's, when it cannot be read. */
export function passphraseInFile(file: string): string {
  return withoutLineBreaks(readFileSync(file, "utf8"));
}

/**
 * What a shell command prints, without the line breaks at its end: the way to any key-management service that has a
 * command line. What it says of its errors goes to standard error.
 * Errors: Node's, when it fails or takes more than 30 s; they hold what was printed, so they must not be shown.
 */
export function passphraseFromCommand(command: string): string {
  const options: ExecFileSyncOptionsWithStringEncoding = {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: COMMAND_TIMEOUT_MS,
    encoding: "utf8",
  };
  return withoutLineBreaks(execFileSync("/bin/sh", ["-c", command], options));
}

function withoutLineBreaks(text: string): string {
  return text.replace(/[\r\n]+$/, "");
}

/**
 * Bytes of a typed passphrase: Unicode NFKC, then UTF-8, so that two keyboards that compose an accent differently open
 * the same file. A passphrase that was a string stays in memory until the garbage collector takes it: JavaScript cannot
 * wipe a string.
 */
export function passphraseBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text.normalize("NFKC"));
}
