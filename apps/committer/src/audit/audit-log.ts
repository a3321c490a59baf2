import {
  AUDIT_START,
  type AuditHead,
  type AuditRecord,
  appendAudit,
  auditEntryOf,
  type JournalEvent,
} from "@synod/core";
import { StartError } from "../failure.ts";
import type { AuditFile } from "./audit-file.ts";

function* recordsOf(events: Iterable<JournalEvent>, start?: AuditRecord): Iterable<AuditRecord> {
  let last = start;
  for (const event of events) {
    const entry = auditEntryOf(event);
    if (entry === undefined) continue;
    last = appendAudit(entry, last);
    yield last;
  }
}

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  // What follows the last line break is the torn end of a write that a crash cut off.
  return lines.slice(0, -1);
}

/**
 * The hash-chained record of every durable fact, one JSON line each, for people and for `verifyAudit`. It follows from
 * the journal alone, so it needs no sync of its own: what a crash cut off is written again at the next start.
 */
export class AuditLog {
  readonly #file: AuditFile;
  #last: AuditRecord | undefined;

  private constructor(file: AuditFile, last: AuditRecord | undefined) {
    this.#file = file;
    this.#last = last;
  }

  /**
   * Compares the file with the journal, record by record, and completes it.
   * @throws StartError `auditBroken` with the first line that is not what the journal says
   */
  static open(file: AuditFile, journal: Iterable<JournalEvent>): AuditLog {
    const lines = linesOf(file.read());
    const missing: string[] = [];
    let last: AuditRecord | undefined;
    for (const record of recordsOf(journal)) {
      const line = lines[record.index];
      const expected = JSON.stringify(record);
      if (line === undefined) missing.push(expected);
      else if (line !== expected) throw broken(file, record.index);
      last = record;
    }
    const length = last === undefined ? 0 : last.index + 1;
    if (lines.length > length) throw broken(file, length);
    const log = new AuditLog(file, last);
    log.#complete(missing);
    return log;
  }

  /** Length and hash of the chain: what others keep to notice a cut-off end. */
  get head(): AuditHead {
    return this.#last === undefined
      ? { length: 0, hash: AUDIT_START }
      : { length: this.#last.index + 1, hash: this.#last.hash };
  }

  /**
   * Adds the facts of events that are in the journal already.
   * Errors: `StorageError` `STORE_IO`; the next start completes the file.
   */
  append(events: readonly JournalEvent[]): void {
    const records = [...recordsOf(events, this.#last)];
    this.#last = records.at(-1) ?? this.#last;
    this.#write(records.map((record) => JSON.stringify(record)));
  }

  /** A torn last line is completed first, so that the next record begins on a line of its own. */
  #complete(missing: readonly string[]): void {
    const text = this.#file.read();
    const torn = text.slice(text.lastIndexOf("\n") + 1);
    const [first = "", ...rest] = missing;
    if (!first.startsWith(torn)) throw broken(this.#file, text.split("\n").length - 1);
    if (torn !== "") this.#file.append(`${first.slice(torn.length)}\n`);
    this.#write(torn === "" ? missing : rest);
  }

  #write(lines: readonly string[]): void {
    if (lines.length > 0) this.#file.append(`${lines.join("\n")}\n`);
  }
}

function broken({ path }: AuditFile, index: number): StartError {
  return new StartError(
    "auditBroken",
    `${path}: line ${index + 1} is not what the journal says; keep the file as evidence, and move it away to have it written anew`,
  );
}
