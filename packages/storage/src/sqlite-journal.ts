import type { StatementSync } from "node:sqlite";
import type { Journal, JournalCodec } from "@synod/core";
import { checksum, isSameBytes } from "./checksum.ts";
import type { Database } from "./database.ts";
import { StorageError } from "./storage-error.ts";

/** Rows read at a time: enough to be quick, few enough that a long journal does not fill the memory. */
const PAGE_ROWS = 256;

/**
 * The durable journal. Rows are numbered from 1 without gaps and each carries a checksum over its number and text, so
 * a row that was changed, moved or lost in the middle is found when the journal is read.
 */
export class SqliteJournal<Event> implements Journal<Event> {
  readonly #database: Database;
  readonly #codec: JournalCodec<Event>;
  readonly #insert: StatementSync;
  readonly #last: StatementSync;
  readonly #page: StatementSync;

  constructor(database: Database, codec: JournalCodec<Event>) {
    const { connection } = database;
    this.#database = database;
    this.#codec = codec;
    this.#insert = connection.prepare("INSERT INTO journal (sequence, body, checksum) VALUES (?, ?, ?)");
    this.#page = connection.prepare(
      "SELECT sequence, body, checksum FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?",
    );
    this.#last = connection.prepare("SELECT coalesce(max(sequence), 0) AS last FROM journal");
  }

  /** See the port. Errors: what the codec throws, before anything is written; `STORE_IO`; `STORE_CLOSED`. */
  append(events: readonly Event[]): void {
    const bodies = events.map((event) => this.#codec.encode(event));
    if (bodies.length === 0) return;
    this.#database.transaction(() => {
      const first = Number(this.#last.get()?.last) + 1;
      for (const [offset, body] of bodies.entries()) {
        const sequence = first + offset;
        this.#insert.run(sequence, body, checksum(String(sequence), body));
      }
    });
  }

  /** See the port. Errors: `ROW_DAMAGED` with the row's number; `STORE_CLOSED`. */
  *read(): Iterable<Event> {
    let expected = 1;
    for (;;) {
      const rows = this.#rowsAfter(expected - 1);
      if (rows.length === 0) return;
      for (const row of rows) {
        yield this.#decode(row, expected);
        expected += 1;
      }
    }
  }

  #rowsAfter(sequence: number): Readonly<Record<string, unknown>>[] {
    if (!this.#database.connection.isOpen) throw new StorageError({ code: "STORE_CLOSED" });
    return this.#page.all(sequence, PAGE_ROWS);
  }

  #decode(row: Readonly<Record<string, unknown>>, expected: number): Event {
    if (row.sequence !== expected) throw damaged(expected, "is missing");
    const { body } = row;
    if (typeof body !== "string" || !isSameBytes(row.checksum, checksum(String(expected), body))) {
      throw damaged(expected, "does not match its checksum");
    }
    try {
      return this.#codec.decode(body);
    } catch (cause) {
      throw damaged(expected, `is not understood (${cause instanceof Error ? cause.message : "unknown shape"})`, cause);
    }
  }
}

function damaged(sequence: number, why: string, cause?: unknown): StorageError {
  const failure = { code: "ROW_DAMAGED", table: "journal", row: String(sequence), why } as const;
  return new StorageError(failure, cause === undefined ? {} : { cause });
}
