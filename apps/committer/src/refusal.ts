import { EXIT_BUG, EXIT_STORE, messageOf, StartError } from "./failure.ts";

/** Ends the process with one clear line on stderr, and the exit code that says whose turn it is. */
export function refuse(cause: unknown): never {
  if (cause instanceof StartError) {
    process.stderr.write(`committer: ${cause.code}: ${cause.message}\n`);
    process.exit(cause.exitCode);
  }
  if (cause instanceof Error && cause.name === "StorageError") {
    process.stderr.write(`committer: dataDirUnusable: ${messageOf(cause)}; repair the disk and start again\n`);
    process.exit(EXIT_STORE);
  }
  process.stderr.write(`committer: bug: ${messageOf(cause)}; please report it with the log\n`);
  process.exit(EXIT_BUG);
}
