import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { thrownCode, thrownFailure } from "@synod/testing";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../src/index.ts";
import { ReopenableStore } from "./open-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function tamper(directory: string, sql: string): void {
  const connection = new DatabaseSync(join(directory, "committer.db"));
  connection.exec(sql);
  connection.close();
}

describe("database", () => {
  it("makes its folder and files for this user alone", () => {
    const directory = join(temporaryFolder(), "a", "b");
    const store = new ReopenableStore(directory);
    store.reopen();
    store.journal().append([{ index: 1, value: 1 }]);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of ["committer.db", "committer.db-wal", "committer.db-shm", "lock"]) {
      expect(statSync(join(directory, name)).mode & 0o777, name).toBe(0o600);
    }
  });

  it("writes ahead, syncs every commit and enforces foreign keys", () => {
    const { connection } = new ReopenableStore(temporaryFolder()).reopen();
    const pragma = (name: string) => Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect(pragma("journal_mode")).toBe("wal");
    expect(pragma("synchronous")).toBe(2);
    expect(pragma("foreign_keys")).toBe(1);
  });

  it("refuses a folder that others can enter", () => {
    const directory = temporaryFolder();
    chmodSync(directory, 0o750);
    expect(thrownCode(() => openDatabase({ directory }))).toBe("STORE_FOLDER_MODE");
    expect(existsSync(join(directory, "committer.db"))).toBe(false);
  });

  it("refuses a folder that is in use, until it is given up", () => {
    const store = new ReopenableStore(temporaryFolder());
    store.reopen();
    expect(thrownCode(() => openDatabase({ directory: store.directory }))).toBe("STORE_LOCKED");
    expect(thrownCode(() => openDatabase({ directory: store.directory, fileName: "other.db" }))).toBe("STORE_LOCKED");
    store.close();
    expect(thrownCode(() => store.reopen())).toBeUndefined();
  });

  it("gives the folder up when opening fails", () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, "committer.db"), "this is no database, and long enough to be read as a header");
    expect(thrownCode(() => openDatabase({ directory }))).toBe("STORE_DAMAGED");
    expect(thrownCode(() => openDatabase({ directory }))).toBe("STORE_DAMAGED");
  });

  it("refuses the schema of a newer version and leaves it as it is", () => {
    const store = new ReopenableStore(temporaryFolder());
    store.reopen();
    store.close();
    tamper(store.directory, "UPDATE schema_version SET version = 2");
    expect(thrownFailure(() => store.reopen())).toEqual({ code: "STORE_NEWER", found: 2, known: 1 });
    tamper(store.directory, "UPDATE schema_version SET version = 1");
    expect(thrownCode(() => store.reopen())).toBeUndefined();
  });

  it("refuses a database of another application", () => {
    const directory = temporaryFolder();
    tamper(directory, "CREATE TABLE theirs (id INTEGER)");
    expect(thrownCode(() => openDatabase({ directory }))).toBe("STORE_FOREIGN");
    const other = temporaryFolder();
    tamper(other, "PRAGMA application_id = 7");
    expect(thrownCode(() => openDatabase({ directory: other }))).toBe("STORE_FOREIGN");
  });

  it("says where a folder cannot be made", () => {
    const directory = join(temporaryFolder(), "file");
    writeFileSync(directory, "");
    expect(thrownCode(() => openDatabase({ directory: join(directory, "below") }))).toBe("STORE_IO");
  });

  it("rolls a transaction back as a whole and hands on what was thrown", () => {
    const database = new ReopenableStore(temporaryFolder()).reopen();
    const insert = () =>
      database.connection.exec("INSERT INTO journal (sequence, body, checksum) VALUES (1, 'x', x'00')");
    const failure = new RangeError("stop");
    expect(() =>
      database.transaction(() => {
        insert();
        throw failure;
      }),
    ).toThrow(failure);
    expect(database.connection.prepare("SELECT count(*) AS count FROM journal").get()?.count).toBe(0);
    expect(database.transaction(() => "result")).toBe("result");
  });

  it("a full disk is named, and nothing of what did not fit is there", () => {
    const database = new ReopenableStore(temporaryFolder()).reopen();
    database.connection.exec("PRAGMA max_page_count = 1");
    const insert = () =>
      database.connection.exec("INSERT INTO journal (sequence, body, checksum) VALUES (1, hex(zeroblob(100000)), x'')");
    const failure = thrownFailure(() => database.transaction(insert));
    expect(failure).toMatchObject({ code: "STORE_IO", reason: expect.stringContaining("full") });
    expect(database.connection.prepare("SELECT count(*) AS count FROM journal").get()?.count).toBe(0);
  });

  it("hands on what was thrown also when there is nothing left to roll back", () => {
    const database = new ReopenableStore(temporaryFolder()).reopen();
    const failure = new RangeError("stop");
    expect(() =>
      database.transaction(() => {
        database.close();
        throw failure;
      }),
    ).toThrow(failure);
  });

  it("names a failing disk operation and refuses work after it was closed", () => {
    const database = new ReopenableStore(temporaryFolder()).reopen();
    expect(thrownCode(() => database.transaction(() => database.connection.exec("NOT SQL")))).toBe("STORE_IO");
    database.close();
    database.close();
    expect(thrownCode(() => database.transaction(() => 0))).toBe("STORE_CLOSED");
  });
});
