import { StartError } from "../failure.ts";
import type { AuditFile } from "./audit-file.ts";

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  // What follows the last line break is the torn end of a write that a crash cut off.
  return lines.slice(0, -1);
}

/**
 * A file of lines that follow from the journal alone, so that it needs no sync of its own: what a crash cut off is
 * written again at the next start.
 */
export class JournalledLines {
  readonly #file: AuditFile;

  private constructor(file: AuditFile) {
    this.#file = file;
  }

  /**
   * Compares the file with what it must hold, line by line, and completes it.
   * @throws StartError `auditBroken` with the first line that is not what the journal says
   */
  static open(file: AuditFile, expected: Iterable<string>): JournalledLines {
    const found = linesOf(file.read());
    const missing: string[] = [];
    let count = 0;
    for (const line of expected) {
      if (found[count] === undefined) missing.push(line);
      else if (found[count] !== line) throw broken(file, count);
      count += 1;
    }
    if (found.length > count) throw broken(file, count);
    const lines = new JournalledLines(file);
    lines.#complete(missing);
    return lines;
  }

  /** Adds lines, none of which has a line break. Errors: `StorageError` `STORE_IO`; the next start completes the file. */
  append(lines: readonly string[]): void {
    if (lines.length > 0) this.#file.append(`${lines.join("\n")}\n`);
  }

  /** A torn last line is completed first, so that the next one begins on a line of its own. */
  #complete(missing: readonly string[]): void {
    const text = this.#file.read();
    const torn = text.slice(text.lastIndexOf("\n") + 1);
    const [first = "", ...rest] = missing;
    if (!first.startsWith(torn)) throw broken(this.#file, text.split("\n").length - 1);
    if (torn !== "") this.#file.append(`${first.slice(torn.length)}\n`);
    this.append(torn === "" ? missing : rest);
  }
}

function broken({ path }: AuditFile, index: number): StartError {
  return new StartError(
    "auditBroken",
    `${path}: line ${index + 1} is not what the journal says; keep the file as evidence, and move it away to have it written anew`,
  );
}
