import type { SampleEvent } from "@synod/testing";
import { onTestFinished } from "vitest";
import type { Database } from "../src/index.ts";
import { openDatabase, SqliteJournal, SqliteSignClaims } from "../src/index.ts";
import { sampleCodec } from "./sample-codec.ts";

/** One database file that a test opens, closes and opens again, as restarts of a process would. */
export class ReopenableStore {
  readonly directory: string;
  #database: Database | undefined;

  constructor(directory: string) {
    this.directory = directory;
    onTestFinished(() => this.close());
  }

  /** Closes the database when it is open, and opens it. */
  reopen(): Database {
    this.close();
    this.#database = openDatabase({ directory: this.directory });
    return this.#database;
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  journal(): SqliteJournal<SampleEvent> {
    return new SqliteJournal(this.reopen(), sampleCodec);
  }

  claims(): SqliteSignClaims {
    return new SqliteSignClaims(this.reopen());
  }
}
